import type { Cluster } from '../kubernetes/cluster.ts';
import { text } from '../kubernetes/json.ts';
import type { Answer } from '../run/answer.ts';
import type { HolderState } from '../run/observation.ts';
import type { Holder, JobSnapshot } from '../run/snapshot.ts';
import { isProcessAlive } from './holder.ts';

/** Three missed renewals: the holder can't speak for its Job any more. */
export const expiredMs = 180_000;

export interface InspectInput {
  cluster: Pick<Cluster, 'readPodRaw'>;
  holder: Holder;
  /** Uids of the Jobs that runs of this process hold. */
  held: ReadonlySet<string>;
  /** Of this machine or pod; asks the system unless given. */
  isAlive?: ((pid: number) => boolean) | undefined;
  now: number;
}

/** Whether each Job's holder is there, by Job uid. */
export async function inspectHolders(
  jobs: readonly JobSnapshot[],
  input: InspectInput,
): Promise<Answer<Record<string, HolderState>>> {
  const states = await Promise.all(jobs.map(async (job) => [job.uid, await inspect(job, input)] as const));
  return { ok: true, value: Object.fromEntries(states), serverTime: undefined };
}

async function inspect({ uid, marks }: JobSnapshot, input: InspectInput): Promise<HolderState> {
  const { isAlive = isProcessAlive } = input;
  const { holder, releasedAt, renewedAt } = marks;
  if (holder === undefined) return 'none';
  if (releasedAt !== undefined) return 'released';
  if (holder.bootId === input.holder.bootId) return input.held.has(uid) ? 'alive' : 'gone';
  if (isSamePlace(holder, input.holder)) {
    if (holder.pid === input.holder.pid || !isAlive(holder.pid)) return 'gone';
  } else if (holder.pod !== undefined && (await hasPodEnded(holder.pod, holder.podNamespace, input.cluster))) {
    return 'gone';
  }
  return renewedAt === undefined || input.now - renewedAt >= expiredMs ? 'expired' : 'alive';
}

function isSamePlace(one: Holder, other: Holder): boolean {
  return one.host === other.host && one.pod === other.pod && one.podNamespace === other.podNamespace;
}

/** A pod that can't be read proves nothing: the renewal decides. */
async function hasPodEnded(
  name: string,
  namespace: string | undefined,
  cluster: InspectInput['cluster'],
): Promise<boolean> {
  if (namespace === undefined) return false;
  const answer = await cluster.readPodRaw(namespace, name);
  if (!answer.ok) return answer.fault.kind === 'not_found';
  const phase = text(answer.value, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}
