import type { Evidence } from '../run/evidence.ts';
import type { Verdict } from '../run/outcome.ts';
import type { EventSnapshot } from '../run/snapshot.ts';
import { disruption } from './ending.ts';
import { oneLine, quote } from './quote.ts';
import { conditionText, seconds } from './sentence.ts';

/** All that is known of the deletion of a Job, sentence by sentence. Who did it is never more than the evidence proves. */
export function deletionSentences(evidence: Evidence, ruledOut: Verdict['ruledOut']): readonly string[] {
  return [
    identity(evidence),
    whoDeleted(evidence),
    howSeen(evidence),
    conditionsSeen(evidence),
    captured(evidence),
    eventsSeen(evidence.events),
    ruledOut.length === 0
      ? undefined
      : `Ruled out: ${ruledOut.map((one) => `${one.cause} (${one.because})`).join('; ')}`,
  ].filter((sentence) => sentence !== undefined);
}

function identity({ jobName, namespace, job }: Evidence): string {
  return `Job ${jobName} in namespace ${namespace}, uid ${job?.uid ?? 'unknown'}`;
}

function whoDeleted(evidence: Evidence): string {
  const { jobLoss, job } = evidence;
  switch (jobLoss?.by) {
    case 'self':
      return 'Deleted by this adapter: the Job carries its own mark';
    case 'ttl':
      return `Deleted by the TTL controller (ttlSecondsAfterFinished ${job?.ttlSecondsAfterFinished ?? 'unknown'})`;
    case 'owner_cascade': {
      const owner = job?.owners[0];
      return `Deleted together with its owner${owner === undefined ? '' : ` ${owner.kind} ${owner.name}`}`;
    }
    case 'other_client':
      return 'Deleted by another client: no mark of ours is on the Job, and nothing proves who it was';
    case 'unknown':
    case undefined:
      return jobLoss?.route === 'relist-missing'
        ? 'It vanished during a watch gap, so who deleted it is not known'
        : 'Who deleted it is not known';
  }
}

function howSeen({ jobLoss, pod, container }: Evidence): string {
  const ran = pod?.agent?.state.is === 'running' ? pod.agent.state.startedAt : undefined;
  const startedAt = (container.known === 'terminated' ? container.startedAt : ran) ?? pod?.createdAt;
  const age =
    startedAt === undefined || jobLoss === undefined
      ? 'no pod was seen to run'
      : `${seconds(jobLoss.at - startedAt)} s after the pod ran`;
  return `Seen by ${jobLoss?.route ?? 'no route'}, ${age}, ${jobLoss?.observations ?? 0} observation(s)`;
}

function conditionsSeen(evidence: Evidence): string {
  const ofJob = (evidence.job?.conditions ?? []).filter((one) => one.status === 'True').map((one) => one.type);
  const disrupted = disruption(evidence);
  const ofPod = disrupted === undefined ? [] : [`pod DisruptionTarget ${conditionText(disrupted)}`];
  const all = [...ofJob.map((type) => `Job ${type}`), ...ofPod];
  return `Last conditions: ${all.length === 0 ? 'none' : all.join(', ')}`;
}

function captured({ log }: Evidence): string {
  return `${log.lines} line(s), ${log.bytes} byte(s) captured${log.gaps.length === 0 ? '' : `, ${log.gaps.length} gap(s)`}`;
}

function eventsSeen(events: readonly EventSnapshot[]): string | undefined {
  const telling = events.filter((event) => /Kill|Evict|Preempt|Taint|Delet|NotReady|Drain/i.test(event.reason));
  if (telling.length === 0) return undefined;
  const texts = telling.slice(-3).map((event) => `${oneLine(event.reason)} ${quote(event.message, 120) ?? ''}`.trim());
  return `Events: ${texts.join('; ')}`;
}
