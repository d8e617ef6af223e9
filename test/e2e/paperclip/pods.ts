import { kubectl } from '../tools.ts';

/** What an agent does that waits to be told to go on. */
export const untilTold = 'until [ -e /tmp/go ]; do sleep 0.2; done';

/** The pods of a namespace, as the tests look at them. */
export function podsIn(namespace: string) {
  return {
    /** Those of a run that are there, by `pod/<name>`. */
    async podsOf(run: string): Promise<string[]> {
      const names = await kubectl('-n', namespace, 'get', 'pods', '-l', `paperclip.io/run-id=${run}`, '-o', 'name');
      return names.split('\n').filter(Boolean);
    },
    /** Tells an agent that waits. */
    tell: (pod: string) => kubectl('-n', namespace, 'exec', pod, '-c', 'claude', '--', 'touch', '/tmp/go'),
  };
}
