import type { Happening, History } from '../../../src/replay/history/history.ts';
import { type Perturbation, perturbed } from '../../../src/replay/perturb/perturbation.ts';

/** What else goes wrong with a recorded incident, or happens to it otherwise. */
export const twists = {
  /** The API sheds load for the first minutes. */
  storm: (history) =>
    perturbed(history, [
      { is: 'storm', from: history.startedAt, to: history.startedAt + 5 * 60_000, status: 429, retryAfter: '1' },
    ]),
  /** Nobody asks the run to stop: it goes on as it was. */
  nobodyStopsIt: (history) => ({ ...history, told: [] }),
  /** Something between cuts its log every second, for as long as it goes. */
  cutEverySecond(history) {
    const seconds = Math.floor((history.endedAt - history.startedAt) / 1000);
    const cuts = Array.from({ length: seconds }, (_, second): Perturbation => {
      return { is: 'cut', at: history.startedAt + second * 1000, stream: 'pods/log', how: 'clean' };
    });
    return perturbed(history, cuts);
  },
  /** Claude Code says that it cost 25 dollars. */
  dear: (history) => ({
    ...history,
    logs: history.logs.map((log) => ({
      ...log,
      lines: log.lines.map((line) => ({ ...line, text: line.text.replaceAll(prices, '"$1":25') })),
    })),
  }),
  /** A newer kubelet has a word of its own for why a container waits. */
  newReason: (history) => ({
    ...history,
    happenings: history.happenings.map((one) => ({
      ...one,
      change: JSON.parse(
        JSON.stringify(one.change).replaceAll(/"reason":"(PodInitializing|ContainerCreating)"/g, '"reason":"Dreaming"'),
      ),
    })),
  }),
  /** Another agent's Job lies there too, in the same state as the one that the run finds. */
  oneMoreLeft: (history) => ({
    ...history,
    happenings: history.happenings.flatMap((one) =>
      one.resource === 'jobs' && one.at < history.startedAt ? [one, ofAnother(one)] : [one],
    ),
  }),
} as const satisfies Record<string, (history: History) => History>;

function ofAnother(happening: Happening): Happening {
  const { change } = happening;
  const name = `${happening.name}-other`;
  if (change.is !== 'put') return { ...happening, name };
  const { metadata } = change.object;
  const labels = { ...metadata.labels, 'paperclip.io/agent-id': 'other' };
  const object = { ...change.object, metadata: { ...metadata, name, uid: `${metadata.uid}-other`, labels } };
  return { ...happening, name, change: { is: 'put', object } };
}

const prices = /"(total_cost_usd|costUSD)":\s*[\d.e-]+/g;

export type Twist = keyof typeof twists;
