import type { Clock } from '../engine/clock.ts';
import type { Answer } from '../run/answer.ts';
import type { Cluster } from './cluster.ts';

/** What an account may do changes rarely, and a change is told by the call itself at the latest. */
const accessMs = 10 * 60_000;

/** The same cluster, asked once for its version and now and then for what the account may do: not anew for each run. */
export function remembered(cluster: Cluster, clock: Clock): Cluster {
  const kept = new Map<string, { answer: Promise<Answer<unknown>>; until: number }>();

  /** A question under way is shared; a fault is not kept. */
  function once<T>(key: string, ms: number, ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const known = kept.get(key);
    // Each key is asked by one method only, so its answers are of one type.
    if (known !== undefined && clock.now() < known.until) return known.answer as Promise<Answer<T>>;
    const answer = ask();
    kept.set(key, { answer, until: clock.now() + ms });
    void answer.then(({ ok }) => {
      if (!ok) kept.delete(key);
    });
    return answer;
  }

  return {
    ...cluster,
    version: () => once('version', Number.POSITIVE_INFINITY, () => cluster.version()),
    canI: (verb, resource, namespace, group = '') =>
      once(`${verb} ${group}/${resource} ${namespace}`, accessMs, () => cluster.canI(verb, resource, namespace, group)),
  };
}
