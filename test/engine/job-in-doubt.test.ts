import { afterEach, expect, test } from 'vitest';
import { asks } from '../../src/loopback/faults.ts';
import { isWatch } from '../../src/loopback/open-stream.ts';
import { init, until, World } from './world.ts';

let world: World | undefined;
afterEach(() => world?.close());

/** A run in mid-answer whose watch of Jobs has fallen silent without a word; then somebody else deletes the Job. */
async function deletedBehindItsBack(before: (w: World) => void = () => {}) {
  const w = await World.start((play) => void play.scheduled().running().say(init));
  world = w;
  const run = await w.run();
  await until('the first line', () => run.lines().length === 1);
  w.api.streams.cut('stall', (request) => isWatch(request) && request.resource === 'jobs');
  before(w);
  const [job] = w.jobs();
  await w.process().cluster.deleteJob('agents', job?.metadata.name ?? '', { uid: job?.metadata.uid ?? '' });
  return { w, ...(await run.handle.outcome) };
}

const reads = (w: World) => w.api.requests.filter(asks('get', 'jobs'));

test('a Job that is deleted while its watch brings nothing is told as deleted, at the cost of one read', async () => {
  const { w, verdict, evidence } = await deletedBehindItsBack();
  expect(verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'unknown', exitCode: 143 });
  expect(evidence.jobLoss).toMatchObject({ by: 'unknown', route: 'completion-poll-404' });
  expect(reads(w)).toHaveLength(1);
});

test('and is asked for again while the API answers with errors', async () => {
  const broken = { is: 'answer', status: 500, body: 'etcd is away' } as const;
  const { w, verdict } = await deletedBehindItsBack(({ api }) => api.faults.add(asks('get', 'jobs'), broken, 3));
  expect(verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'unknown' });
  expect(reads(w)).toHaveLength(4);
});
