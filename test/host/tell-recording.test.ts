import { expect, test } from 'vitest';
import { tellRecording } from '../../src/host/tell-recording.ts';
import type { Written } from '../../src/record/recording.ts';
import { TestClock } from './clock.ts';

function host() {
  const said: string[] = [];
  const known = new Set<string>();
  const clock = new TestClock();
  const isNews = (text: string) => !known.has(text) && known.add(text).has(text);
  const tell = (end: Promise<Written> | undefined) =>
    tellRecording(end, '/incidents', {
      shared: { clock, isNews },
      telling: { say: async (text) => void said.push(text) },
    });
  return { said, clock, tell };
}

test('the log of a run says where its recording is', async () => {
  const { said, tell } = host();
  await tell(Promise.resolve({ path: '/incidents/one' }));
  expect(said).toEqual(['recorded: /incidents/one']);
});

test('nothing is said of a run that needs no recording', async () => {
  const { said, tell } = host();
  await tell(Promise.resolve(undefined));
  await tell(undefined);
  expect(said).toEqual([]);
});

test('the same trouble is said once in a process', async () => {
  const { said, tell } = host();
  for (const error of ['full', 'full', 'read-only', 'full']) await tell(Promise.resolve({ error }));
  expect(said).toEqual(['warning: full', 'warning: read-only']);
});

test('a disk that does not answer holds up a result for one second', async () => {
  const { said, clock, tell } = host();
  let told = false;
  const end = tell(new Promise(() => {})).then(() => {
    told = true;
  });
  await clock.pass(999);
  expect(told).toBe(false);
  await clock.pass(1);
  await end;
  expect(said).toEqual(['the recording of this run is still being written to /incidents']);
});
