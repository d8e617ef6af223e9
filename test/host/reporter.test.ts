import { describe, expect, test } from 'vitest';
import { hostEventOf } from '../../src/host/event-table.ts';
import { progressOf } from '../../src/host/progress.ts';
import { createReporter } from '../../src/host/reporter.ts';
import type { Transition } from '../../src/run/transition.ts';
import { cutOff, ended } from '../failure/build.ts';
import { settled, TestClock } from './clock.ts';
import { contextOf } from './ctx.ts';
import { outcomeOf } from './outcomes.ts';

const at = Date.parse('2026-11-23T10:00:00Z');
const created: Transition = { type: 'job_created', at, job: 'ac-1', uid: 'u1', suspended: true };
const ending: Transition = { type: 'run_ended', at, outcome: outcomeOf(cutOff(ended(137))) };

describe('an event', () => {
  test.each<[Transition, string, string, string]>([
    [created, 'job_created', 'info', 'Job ac-1 created'],
    [
      { type: 'job_adopted', at, job: 'ac-1', uid: 'u', fromRunId: 'r0', linkTo: undefined },
      'job_adopted',
      'info',
      'Job ac-1 adopted from run r0',
    ],
    [{ type: 'queued', at, queue: 'gpu' }, 'queued', 'info', 'queued in gpu'],
    [
      { type: 'waiting', at, reason: 'ErrImagePull', message: 'no such host' },
      'waiting',
      'info',
      'waiting: ErrImagePull: no such host',
    ],
    [
      { type: 'container_started', at, pod: 'p', startedAt: at },
      'container_started',
      'info',
      'Claude started in pod p',
    ],
    [
      { type: 'container_ended', at, pod: 'p', exitCode: 137, reason: 'OOMKilled', finishedAt: at },
      'container_ended',
      'warn',
      "Claude's container ended with exit code 137 (OOMKilled)",
    ],
    [
      { type: 'gap', at, after: 'a', before: 'b', why: 'rotated' },
      'gap',
      'warn',
      'lines of the log are missing: rotated',
    ],
    [
      { type: 'reconnect_started', at, reason: 'reset', delayMs: 250 },
      'reconnect_started',
      'info',
      'the log is read on: its stream was cut',
    ],
    [
      { type: 'verified', at, answer: 'gone', route: 'recheck-poll-404' },
      'verified',
      'info',
      'the Job was looked for directly: gone',
    ],
    [
      { type: 'job_deleted', at, by: 'other_client', route: 'watch-deleted' },
      'job_deleted',
      'warn',
      'Job deleted by other_client',
    ],
  ])('$type', (transition, type, level, message) => {
    const event = hostEventOf(transition);
    expect(event).toMatchObject({ eventType: `claude_k8s.${type}`, stream: 'system', level, message });
    expect(event?.payload.at).toBe('2026-11-23T10:00:00.000Z');
  });

  test('of the verdict carries code, cause and message', () => {
    expect(hostEventOf(ending)).toMatchObject({
      eventType: 'claude_k8s.verdict',
      level: 'error',
      message: expect.stringContaining('SIGKILL'),
      payload: { code: 'claude_truncated', cause: 'sigkill', exitCode: 137, job: 'deleted' },
    });
    expect(hostEventOf({ type: 'run_ended', at, outcome: outcomeOf() })).toMatchObject({
      level: 'info',
      message: 'succeeded',
      payload: { code: 'success' },
    });
  });

  test('is not made of every chunk of output', () => {
    expect(hostEventOf({ type: 'output', at, lines: 1, bytes: 9 })).toBeUndefined();
  });
});

test('the live line is one line of at most 180 characters', () => {
  const progress = progressOf({ type: 'waiting', at, reason: 'x', message: `a\nb ${'long '.repeat(60)}` });
  expect(progress?.message).toMatch(/^Waiting for the pod: a b long .*\.\.\.$/);
  expect(progress?.message).toHaveLength(180);
  expect(progressOf({ type: 'phase_entered', at, phase: 'conclude', why: 'x' })).toMatchObject({ phase: 'finalize' });
});

describe('the reporter', () => {
  test('tells events one after the other, dispatches once, and adds the trace', async () => {
    const taken: string[] = [];
    const gates: (() => void)[] = [];
    const { ctx, heard } = contextOf();
    let dispatched = 0;
    const calls = {
      ...ctx,
      onDispatch: () => void dispatched++,
      async onEvent(event: { eventType: string; payload: Record<string, unknown> }) {
        taken.push(`${event.eventType} ${String(event.payload.traceId)}`);
        await new Promise<void>((resolve) => gates.push(resolve));
      },
    };
    const reporter = createReporter(calls, new TestClock(), () => 'trace-1');
    reporter.hear(created);
    reporter.hear(created);
    await settled();
    expect(taken).toEqual(['claude_k8s.job_created trace-1']);
    gates[0]?.();
    await settled();
    expect(taken).toHaveLength(2);
    expect(dispatched).toBe(1);
    expect(heard.progress.map(({ message }) => message)).toEqual(['Job ac-1 created', 'Job ac-1 created']);
  });

  test('survives a host that throws, rejects or has no ears', async () => {
    const bad = {
      onDispatch() {
        throw new Error('no');
      },
      onRuntimeProgress: () => Promise.reject(new Error('no')),
      onEvent: () => Promise.reject(new Error('no')),
    };
    for (const calls of [bad, {}]) {
      const reporter = createReporter(calls, new TestClock(), () => undefined);
      expect(() => reporter.hear(created)).not.toThrow();
      await expect(reporter.flushed()).resolves.toBeUndefined();
    }
  });

  test('does not wait for ever for a host that never takes an event', async () => {
    const clock = new TestClock();
    const reporter = createReporter({ onEvent: () => new Promise(() => {}) }, clock, () => undefined);
    reporter.hear(created);
    let over = false;
    void reporter.flushed().then(() => {
      over = true;
    });
    await clock.pass(1_999);
    expect(over).toBe(false);
    await clock.pass(1);
    await settled();
    expect(over).toBe(true);
  });

  test('tells a thousand events of a run and then only its verdict', async () => {
    const { ctx, heard } = contextOf();
    const reporter = createReporter(ctx, new TestClock(), () => undefined);
    for (let index = 0; index < 1_500; index++) reporter.hear({ type: 'silence', at, seconds: index });
    reporter.hear(ending);
    await reporter.flushed();
    expect(heard.events).toHaveLength(1_001);
    expect(heard.events.at(-1)?.eventType).toBe('claude_k8s.verdict');
  });
});
