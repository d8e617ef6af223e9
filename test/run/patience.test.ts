import { describe, expect, test } from 'vitest';
import { limit } from '../../src/run/limits.ts';
import { awaitStart, newPatience, type StartAnswer, type StartView } from '../../src/run/patience.ts';
import type { StartFault } from '../../src/run/start-fault.ts';
import { condition, job, pod } from '../failure/build.ts';

const start = 1_000_000;
const nothing: StartView = { job: job(), pod: undefined, fault: undefined, pulling: false, blindSince: undefined };
const scheduled: StartView = { ...nothing, pod: pod({ conditions: [condition('PodScheduled')] }) };
const held: StartView = { ...nothing, job: job({ suspended: true }) };
const unschedulable: StartFault = { cause: 'unschedulable', fatal: 'timeout', detail: 'no room' };
const noImage: StartFault = { cause: 'image_pull', fatal: 'again', detail: 'not found' };

/** Plays views at seconds after the start; gives the last answer. */
function play(steps: readonly [second: number, view: StartView][]): StartAnswer | undefined {
  let patience = newPatience(120, start);
  let answer: StartAnswer | undefined;
  for (const [second, view] of steps) {
    const step = awaitStart(patience, view, start + second * 1000);
    patience = step.patience;
    answer = step.answer;
    if (answer.is === 'failed') return answer;
  }
  return answer;
}
const waitsUntil = (second: number) => ({ is: 'waiting', wakeAt: start + second * 1000 });

describe('the patience with a start', () => {
  test.each<[string, [number, StartView][], unknown]>([
    ['lasts the schedule timeout', [[0, nothing]], waitsUntil(120)],
    [
      'is over at it',
      [
        [0, nothing],
        [120, nothing],
      ],
      { is: 'failed', fault: undefined, afterMs: 120_000, timedOut: true },
    ],
    [
      'ends with the last word of the scheduler',
      [
        [0, nothing],
        [120, { ...nothing, fault: unschedulable }],
      ],
      { is: 'failed', fault: unschedulable, afterMs: 120_000, timedOut: true },
    ],
    [
      'begins anew when the pod gets its node',
      [
        [0, nothing],
        [100, scheduled],
      ],
      waitsUntil(220),
    ],
    [
      'does so once',
      [
        [0, nothing],
        [100, scheduled],
        [150, nothing],
        [200, scheduled],
      ],
      waitsUntil(220),
    ],
    [
      'is longer while an image is pulled',
      [
        [0, scheduled],
        [300, { ...scheduled, pulling: true }],
      ],
      waitsUntil(900),
    ],
    [
      'and not without end',
      [
        [0, scheduled],
        [900, { ...scheduled, pulling: true }],
      ],
      { is: 'failed', fault: undefined, afterMs: 900_000, timedOut: true },
    ],
    [
      'does not run while a queue holds the Job',
      [
        [0, held],
        [9_000, held],
      ],
      { is: 'waiting', wakeAt: undefined },
    ],
    [
      'begins when the queue lets it go',
      [
        [0, held],
        [9_000, nothing],
      ],
      waitsUntil(9_120),
    ],
    [
      'ends at once when it can never start',
      [[0, { ...nothing, fault: { ...noImage, fatal: 'now' } }]],
      { is: 'failed', fault: { ...noImage, fatal: 'now' }, afterMs: 0, timedOut: false },
    ],
  ])('%s', (_name, steps, expected) => {
    expect(play(steps)).toEqual(expected);
  });
});

describe('a fault that may heal', () => {
  const faulty = { ...scheduled, fault: noImage };
  const second = limit.suspect / 1000;
  test.each<[string, [number, StartView][], unknown]>([
    ['is looked at again', [[5, faulty]], waitsUntil(5 + second)],
    [
      'is fatal when it still holds',
      [
        [5, faulty],
        [5 + second, faulty],
      ],
      { is: 'failed', fault: noImage, afterMs: 10_000, timedOut: false },
    ],
    [
      'is forgotten when it healed',
      [
        [5, faulty],
        [9, scheduled],
        [16, faulty],
      ],
      waitsUntil(16 + second),
    ],
    [
      'is another one when its cause changes',
      [
        [5, faulty],
        [12, { ...faulty, fault: { ...noImage, cause: 'config_error' } }],
      ],
      waitsUntil(12 + second),
    ],
    [
      'is the same one when only its words change',
      [
        [5, faulty],
        [12, { ...faulty, fault: { ...noImage, detail: 'Back-off: not found' } }],
      ],
      waitsUntil(5 + second),
    ],
  ])('%s', (_name, steps, expected) => {
    expect(play(steps)).toEqual(expected);
  });
});
