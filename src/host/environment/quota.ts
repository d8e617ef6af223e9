import { quantityValue } from '../../config/quantity.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import type { AdapterConfig } from '../../manifest/config.ts';
import type { Check } from './check.ts';

/** What one agent takes of each resource that a quota may bound. */
function takenBy({ resources: { requests, limits } }: AdapterConfig): Readonly<Record<string, string>> {
  return {
    'requests.cpu': requests.cpu,
    cpu: requests.cpu,
    'requests.memory': requests.memory,
    memory: requests.memory,
    'limits.cpu': limits.cpu,
    'limits.memory': limits.memory,
    pods: '1',
    'count/pods': '1',
    'count/jobs.batch': '1',
  };
}

/** Whether one more agent fits into what the quotas of the namespace leave. Without the right to list them it is not known. */
export async function checkQuota(
  cluster: Pick<Cluster, 'listQuotasRaw'>,
  namespace: string,
  config: AdapterConfig,
): Promise<Check[]> {
  const answer = await cluster.listQuotasRaw(namespace);
  if (!answer.ok) {
    const message = `whether a quota leaves room for an agent is not known: ${answer.fault.message}`;
    return [{ code: 'quota', level: 'info', message }];
  }
  const taken = Object.entries(takenBy(config));
  const full = answer.value.flatMap(({ metadata, status }) =>
    taken.flatMap(([resource, needed]): Check[] => {
      const [hard, used] = [status?.hard?.[resource], status?.used?.[resource] ?? '0'];
      if (hard === undefined || fits(needed, used, hard)) return [];
      const message = `quota ${metadata?.name} has no room for an agent now: ${used} of ${hard} ${resource} are used, one takes ${needed}`;
      const hint = 'lower resources, wait for runs to end, or raise the quota: until then pods do not start';
      return [{ code: 'quota', level: 'warn', message, hint }];
    }),
  );
  if (full.length > 0) return full;
  const none = answer.value.length === 0;
  const message = none ? `no quota bounds namespace ${namespace}` : 'the quotas leave room for one more agent';
  return [{ code: 'quota', level: 'info', message }];
}

function fits(needed: string, used: string, hard: string): boolean {
  const [more, before, most] = [needed, used, hard].map((text) => quantityValue(text) ?? 0);
  // Quantities are decimal fractions, and these are floating point.
  return (before ?? 0) + (more ?? 0) <= (most ?? 0) * (1 + 1e-9);
}
