import { expect, test } from 'vitest';
import { Alarm } from '../../src/engine/alarm.ts';
import { ManualClock } from '../loopback/manual-clock.ts';

function begin() {
  const clock = new ManualClock();
  const start = clock.now();
  const rung: number[] = [];
  const timers: number[] = [];
  const counting = {
    now: () => clock.now(),
    at(at: number, fn: () => void) {
      timers.push(at - start);
      return clock.at(at, fn);
    },
  };
  const alarm = new Alarm(counting, () => rung.push(clock.now() - start));
  return { rung, timers, set: (ms: number | undefined) => alarm.set(ms === undefined ? ms : start + ms), clock };
}

test('rings once, at the moment that was asked for last', () => {
  const { rung, set, clock } = begin();
  set(100);
  set(50);
  clock.advance(60);
  expect(rung).toEqual([50]);
  clock.advance(1_000);
  expect(rung).toEqual([50]);
  set(1_100);
  set(undefined);
  clock.advance(1_000);
  expect(rung).toEqual([50]);
});

test('that is put off again and again costs one timer each time it would have rung', () => {
  const { rung, timers, set, clock } = begin();
  for (let at = 0; at < 1_000; at++) {
    set(at + 100);
    clock.advance(1);
  }
  expect(rung).toEqual([]);
  expect(timers.length).toBeLessThan(20);
  clock.advance(200);
  expect(rung).toEqual([1_099]);
});
