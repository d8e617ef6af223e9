import { expect, test } from 'vitest';
import { ownNamespace } from '../namespace.ts';
import { startProxy } from '../proxy.ts';
import { content, init, mortal, result, steps } from '../script.ts';
import { type Started, start } from '../start.ts';
import { until } from '../tools.ts';
import { closeAndHold, isRunning, podOf, verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-silence');
const counted = (run: Started) => run.lines().length;
const idle = 'sleep 100000 & wait';

const silent = `${init}\nsleep 390\n${content}\n${result}`;

test.concurrent('6.5 minutes of silence from the first second', async () => {
  const { run } = await verdictOf({ namespace, fake: silent }, { code: null });
  expect(run.lines()).toHaveLength(3);
}, 600_000);

test.concurrent('the same through a proxy that swallows everything after 60 s', async () => {
  const proxy = await startProxy();
  let swallowed = 0;
  const input = { namespace, fake: silent, kubeconfig: proxy.kubeconfig };
  const { run } = await verdictOf(input, { code: null }, async (during) => {
    await until('the first line', () => counted(during) > 0);
    const end = during.outcome().then(() => 'ended' as const);
    // Every connection that is a minute old dies without a word, again and again.
    while ((await Promise.race([end, pass(60)])) !== 'ended') {
      proxy.swallow();
      swallowed++;
    }
  });
  await proxy.close();
  expect(swallowed).toBeGreaterThan(4);
  expect(run.lines()).toHaveLength(3);
  const printed = run.transitions.find(({ type }) => type === 'container_ended');
  const seen = run.transitions.findLast(({ type }) => type === 'output');
  expect(printed?.type === 'container_ended' && seen !== undefined).toBe(true);
  const finishedAt = printed?.type === 'container_ended' ? (printed.finishedAt ?? 0) : 0;
  expect((seen?.at ?? 0) - finishedAt).toBeLessThan(90_000);
}, 700_000);

test.concurrent('an agent that sleeps for ever in mid-answer is still running after 3 minutes', {
  timeout: 240_000,
}, async () => {
  const run = await start({ namespace, fake: steps(mortal, init, content, idle) });
  await until('the agent at work', () => counted(run) >= 2);
  const since = Date.now();
  await until('3 minutes', () => Date.now() - since > 180_000, 200);
  expect((await podOf(run, isRunning)).status.phase).toBe('Running');
  expect(run.transitions.some(({ type }) => type === 'run_ended')).toBe(false);
  expect(run.text()).toMatch(/\[paperclip\] no output for \d+ s; the container is running/);
  run.handle.cancel('seen enough');
  expect((await closeAndHold(run)).verdict.code).toBe('cancelled');
});

function pass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
