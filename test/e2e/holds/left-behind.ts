import type { Outcome } from '../../../src/run/outcome.ts';
import { kubectl } from '../tools.ts';

/** What the cluster still has of a run whose Job is gone. */
export async function brokenRemains(
  { namespace, jobName, runLabel }: { namespace: string; jobName: string; runLabel: string },
  { job }: Outcome,
): Promise<string[]> {
  if (job !== 'deleted' && job !== 'none') return [];
  const get = (...args: string[]) => kubectl('-n', namespace, 'get', ...args, '--ignore-not-found', '-o', 'name');
  const found = await Promise.all([
    get('jobs,pods', '-l', `paperclip.io/run-id=${runLabel}`),
    get('pods', '-l', `job-name=${jobName}`),
    get('secret', jobName),
  ]);
  const names = new Set(found.flatMap((text) => text.split('\n')).filter(Boolean));
  return [...names].map((name) => `left behind: ${name}`);
}

/** What a run still has open: at the moment of its close, for the pool lets go of an idle socket after a while by itself. */
export function brokenOpenThings({
  opened,
  sockets,
  timers,
}: Record<'opened' | 'sockets' | 'timers', number>): string[] {
  return [
    ...(opened > 0 ? [] : ['left behind: no socket of the run was seen, so none can be missed']),
    ...(sockets === 0 ? [] : [`left behind: ${sockets} socket(s) to the API server`]),
    ...(timers === 0 ? [] : [`left behind: ${timers} timer(s)`]),
  ];
}
