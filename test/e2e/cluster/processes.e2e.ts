import { afterAll, describe, expect, test } from 'vitest';
import { label } from '../../../src/manifest/labels.ts';
import { startGate } from '../gate.ts';
import type { Allowance } from '../holds/every-run.ts';
import { HostProcess } from '../host.ts';
import { ownNamespace } from '../namespace.ts';
import type { StartInput } from '../plan.ts';
import { content, init, result, steps } from '../script.ts';
import { kubectl, until } from '../tools.ts';

const namespace = ownNamespace('e2e-processes');
const hosts = new Set<HostProcess>();
const host = () => {
  const made = new HostProcess();
  hosts.add(made);
  return made;
};
afterAll(async () => {
  await Promise.all([...hosts].map((one) => one.end('SIGKILL')));
});

const short = steps(init, content, 'sleep 1', result);
const isUnsuspend = ({ method, body }: { method: string; body: string }) =>
  method === 'PATCH' && body.includes('admitted-at');

/** Every pod that was ever made for the agent: Jobs of a race are kept. */
async function podsOf(agentId: string): Promise<number> {
  const names = await kubectl('-n', namespace, 'get', 'pods', '-l', `${label.agentId}=${agentId}`, '-o', 'name');
  return names.split('\n').filter(Boolean).length;
}

function raceInput(
  agentId: string,
  over: Partial<StartInput & Allowance> = {},
  run: StartInput['run'] = {},
): StartInput & Allowance {
  return { namespace, fake: short, config: { retainJobs: true }, ...over, run: { agentId, ...run } };
}

describe('admission by two processes', () => {
  test('30 rounds from a start barrier', { timeout: 600_000 }, async () => {
    const [one, other] = [host(), host()];
    for (let round = 0; round < 30; round++) {
      const agentId = `race-${round}`;
      const runs = [one, other].map((process) => ({ process, id: process.run(raceInput(agentId)) }));
      const ends = await Promise.all(runs.map(({ process, id }) => process.ended(id)));
      const codes = ends.map(({ code }) => code ?? 'success').sort();
      expect(codes, `round ${round}: ${JSON.stringify(ends)}`).toEqual(['k8s_concurrent_run_blocked', 'success']);
      expect(await podsOf(agentId), `round ${round}`).toBe(1);
    }
    await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')]);
  });

  test("10 rounds with one's unsuspend held until the other has listed", { timeout: 300_000 }, async () => {
    const [one, other] = [host(), host()];
    for (let round = 0; round < 10; round++) {
      const agentId = `held-${round}`;
      const gate = await startGate();
      const { promise, resolve } = Promise.withResolvers<void>();
      gate.hold(isUnsuspend, promise);
      const first = one.run(raceInput(agentId, { kubeconfig: gate.kubeconfig }));
      await until('the unsuspend held', () => gate.calls.some(isUnsuspend));
      const second = other.run(raceInput(agentId));
      expect((await other.ended(second)).code, `round ${round}`).toBe('k8s_concurrent_run_blocked');
      resolve();
      expect((await one.ended(first)).code, `round ${round}`).toBeNull();
      expect(await podsOf(agentId), `round ${round}`).toBe(1);
      await gate.close();
    }
    await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')]);
  });

  test('10 rounds with a kill -9 between create and unsuspend', { timeout: 400_000 }, async () => {
    const other = host();
    for (let round = 0; round < 10; round++) {
      const agentId = `killed-${round}`;
      const one = host();
      const gate = await startGate();
      gate.hold(isUnsuspend, new Promise(() => undefined));
      const dead = one.run(raceInput(agentId, { kubeconfig: gate.kubeconfig }, { taskId: 'same' }));
      await until('the unsuspend held', () => gate.calls.some(isUnsuspend));
      await one.end('SIGKILL');
      await gate.close();
      // In the last round the work differs: the dead admission is removed when it is a minute old, and not before.
      const left = one.transitions(dead).flatMap((t) => (t.type === 'job_created' ? [t.job] : []));
      const differs = round === 9 ? { prompt: 'other work', removes: left } : {};
      const second = other.run(raceInput(agentId, differs, { taskId: 'same' }));
      expect((await other.ended(second)).code, `round ${round}`).toBeNull();
      expect(await podsOf(agentId), `round ${round}`).toBe(1);
    }
    await other.end('SIGTERM');
  });
});

describe('the host process goes away', () => {
  const lines = 40;
  const counting = `n=0; while [ $n -lt ${lines} ]; do printf '{"type":"user","n":%d}\\n' $n; n=$((n+1)); usleep 100000; done`;
  const work = steps(init, content, counting, result);
  const input = (agentId: string): StartInput => ({ namespace, fake: work, run: { agentId, taskId: 'task' } });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'by %s in mid-run: the next run adopts, every line once',
    async (signal) => {
      const first = host();
      const id = first.run(input(`mid-${signal.toLowerCase()}`));
      await until('output', () => first.seen(id, 'output'));
      await first.end(signal);
      await adoptsAll(`mid-${signal.toLowerCase()}`);
    },
  );

  test.each(['SIGKILL', 'SIGTERM'] as const)('by %s before the pod runs', async (signal) => {
    const first = host();
    const agentId = `early-${signal.toLowerCase()}`;
    const id = first.run(input(agentId));
    await until('the schedule', () =>
      first.transitions(id).some((t) => t.type === 'phase_entered' && t.phase === 'schedule'),
    );
    await first.end(signal);
    await adoptsAll(agentId);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('by %s after the exit and before the verdict', async (signal) => {
    const first = host();
    const agentId = `late-${signal.toLowerCase()}`;
    const gate = await startGate();
    const isFinalRead = ({ url }: { url: string }) => url.includes('/log?') && !url.includes('follow=true');
    gate.hold(isFinalRead, new Promise(() => undefined));
    const id = first.run({ ...input(agentId), kubeconfig: gate.kubeconfig });
    await until('the exit', () => first.seen(id, 'container_ended'));
    await first.end(signal);
    await gate.close();
    await adoptsAll(agentId);
  });

  async function adoptsAll(agentId: string): Promise<void> {
    const next = host();
    const ended = await next.ended(next.run(input(agentId)));
    expect(ended.code, JSON.stringify(ended)).toBeNull();
    expect(ended.lines).toHaveLength(lines + 3);
    expect(new Set(ended.lines).size).toBe(lines + 3);
    expect(ended.job).toBe('deleted');
    await next.end('SIGTERM');
  }

  test('by itself, once its runs have ended: no socket and no timer keeps it', async () => {
    const only = host();
    expect((await only.ended(only.run({ namespace, fake: short, run: { agentId: 'last' } }))).code).toBeNull();
    expect(await only.finish()).toBe(0);
  });

  test('an orphan is adopted by one of two processes, the other is blocked', async () => {
    const first = host();
    const id = first.run(input('raced'));
    await until('output', () => first.seen(id, 'output'));
    await first.end('SIGKILL');
    const two = [host(), host()];
    const runs = two.map((process) => ({ process, id: process.run(input('raced')) }));
    const codes = (await Promise.all(runs.map(({ process, id: own }) => process.ended(own)))).map(({ code }) => code);
    expect(codes.map((code) => code ?? 'success').sort()).toEqual(['k8s_concurrent_run_blocked', 'success']);
  });
});
