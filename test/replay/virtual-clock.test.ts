import { expect, test } from 'vitest';
import { drive } from '../../src/replay/world/drive.ts';
import { VirtualClock } from '../../src/replay/world/virtual-clock.ts';

test('timers fire by time, and at one time in the order in which they were set', () => {
  const clock = new VirtualClock(100);
  const fired: string[] = [];
  const times = [500, 300, 300, 900, 100, 700, 300];
  for (const [index, at] of times.entries()) clock.at(at, () => fired.push(`${at}#${index}@${clock.now()}`));
  while (clock.step());
  expect(fired).toEqual(['100#4@100', '300#1@300', '300#2@300', '300#6@300', '500#0@500', '700#5@700', '900#3@900']);
});

test('a thousand timers in any order come out in order', () => {
  const clock = new VirtualClock(0);
  const fired: number[] = [];
  for (let index = 0; index < 1000; index++) clock.at((index * 7919) % 1009, () => fired.push(clock.now()));
  while (clock.step());
  expect(fired).toHaveLength(1000);
  expect(fired).toEqual([...fired].sort((one, other) => one - other));
});

test('what is cancelled does not fire, and time does not stop for it', () => {
  const clock = new VirtualClock(0);
  const fired: string[] = [];
  const cancel = clock.at(10, () => fired.push('cancelled'));
  clock.at(20, () => fired.push('kept'));
  cancel();
  expect(clock.step()).toBe(true);
  expect([clock.now(), fired]).toEqual([20, ['kept']]);
  expect(clock.step()).toBe(false);
});

test('time waits until everything that one moment starts has come to rest', async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  const inTurns = async (name: string) => {
    for (let turn = 0; turn < 10; turn++) {
      clock.stirred();
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    seen.push(`${name}@${clock.now()}`);
  };
  clock.at(1000, () => void inTurns('first'));
  clock.at(2000, () => void inTurns('second'));
  expect(await drive(clock, { over: () => seen.length === 2, until: 10_000 })).toBe('over');
  expect(seen).toEqual(['first@1000', 'second@2000']);
});

test('a world in which nothing waits, or that goes on for too long, is told as such', async () => {
  const idle = new VirtualClock(0);
  expect(await drive(idle, { over: () => false, until: 10 })).toBe('idle');
  const endless = new VirtualClock(0);
  const again = () => void endless.at(endless.now() + 1, again);
  again();
  expect(await drive(endless, { over: () => false, until: 50 })).toBe('too-late');
});
