import type { History } from '../history/history.ts';
import type { Perturbation } from './perturbation.ts';
import { randomOf } from './random.ts';

const streams = ['jobs', 'pods', 'pods/log'] as const;

/** One to three things that go wrong, the same for the same seed and recording. */
export function draw(history: History, seed: number): Perturbation[] {
  const random = randomOf(seed);
  const many = 1 + Math.floor(random() * 3);
  const drawn = Array.from({ length: many }, () => drawOne(history, random));
  // A second crash would be a third process: one is enough to come back.
  const crash = drawn.findIndex(({ is }) => is === 'crash');
  return drawn.filter(({ is }, index) => is !== 'crash' || index === crash);
}

function drawOne(history: History, random: () => number): Perturbation {
  const { startedAt, endedAt } = history;
  const when = () => Math.round(startedAt + random() * (endedAt - startedAt));
  const of = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const from = when();
  switch (Math.floor(random() * 11)) {
    case 0:
    case 1:
      return cutOf(history, random, of);
    case 2:
      return { is: 'withheld', at: from, stream: of(streams) };
    case 3:
      return { is: 'expired', at: from, stream: of(['jobs', 'pods']) };
    case 4:
      return { is: 'late_state', from, ms: of([200, 2_000, 15_000]) };
    case 5:
      return { is: 'repeated' };
    case 6: {
      const storm = { is: 'storm', from, to: from + of([500, 5_000, 40_000]) } as const;
      const status = of([429, 500, 503] as const);
      return status === 429 ? { ...storm, status, retryAfter: '1' } : { ...storm, status };
    }
    case 7:
      return { is: 'away', from, to: from + of([500, 10_000, 60_000]), how: of(['reset', 'hang']) };
    case 8:
      return { is: 'skew', ms: of([-90_000, -3_000, 3_000, 90_000]) };
    case 9:
      return { is: 'slow', ms: of([50, 800, 4_000]) };
    default:
      return { is: 'crash', at: crashAt(history, random) };
  }
}

/** Not after the run was told to end: nobody tells the next process, and what would have become of it is not recorded. */
function crashAt({ startedAt, endedAt, told }: History, random: () => number): number {
  const last = Math.min(endedAt, ...told.map(({ at }) => at - 1));
  return Math.round(startedAt + random() * (last - startedAt));
}

/** Of a log it falls on a line: some bytes of it come, the rest does not. */
function cutOf(history: History, random: () => number, of: <T>(all: readonly T[]) => T): Perturbation {
  const how = of(['clean', 'reset', 'fin'] as const);
  const stream = of([...streams, 'pods/log', 'pods/log'] as const);
  const lines = history.logs.flatMap((log) => log.lines);
  const line = stream === 'pods/log' && lines.length > 0 ? of(lines) : undefined;
  if (line === undefined) {
    return {
      is: 'cut',
      at: Math.round(history.startedAt + random() * (history.endedAt - history.startedAt)),
      stream,
      how,
    };
  }
  const whole = Buffer.from(`${line.stamp === undefined ? '' : `${line.stamp} `}${line.text}`);
  const fragment = whole
    .subarray(0, Math.floor(random() * whole.length))
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return { is: 'cut', at: line.at - 1, stream, how, ...(fragment !== '' && { fragment }) };
}
