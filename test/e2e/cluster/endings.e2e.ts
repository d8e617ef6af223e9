import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ownNamespace } from '../namespace.ts';
import { content, emit, init, mortal, result, says, steps } from '../script.ts';
import { killOnNode, kubectl, until } from '../tools.ts';
import { type Expected, isRunning, podOf, verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-endings');
const fake = (...parts: string[]) => ({ namespace, fake: steps(...parts) });
const real = (script: string, config: Record<string, unknown> = {}) => ({
  namespace,
  real: script,
  // Kept, so that the lines can be compared with those that the container wrote.
  config: { retainJobs: true, ...config },
});
const outstanding = emit({
  type: 'system',
  subtype: 'background_tasks_changed',
  tasks: [{ task_id: 'task-1', status: 'running' }],
});
const hog = 'exec tail /dev/zero';
const tight = { 'resources.limits.memory': '32Mi', 'resources.requests.memory': '16Mi' };

describe.concurrent('success', () => {
  test('with tools, by the real Claude Code', async () => {
    const { run, outcome } = await verdictOf(real('tools'), { code: null, exitCode: 0, job: 'retained' });
    expect(outcome.result?.text).toBe('All steps done.');
    expect(run.lines().at(-1)).toContain('"subtype":"success"');
    expect(outcome.evidence.log).toMatchObject({ complete: true, gaps: [] });
  });

  test('of a container that exits within 100 ms', async () => {
    const { run } = await verdictOf(fake(init, content, result), { code: null, exitCode: 0 });
    expect(run.lines()).toHaveLength(3);
  });

  test('with lines of 200 KiB', async () => {
    const long = `for n in 1 2 3; do printf '{"type":"user","n":"'; head -c 204800 /dev/zero | tr '\\0' "$n"; echo '"}'; done`;
    const { run } = await verdictOf(fake(init, content, long, result), { code: null });
    const lengths = run.lines().map((line) => line.length);
    expect(lengths.filter((length) => length > 204_800)).toHaveLength(3);
    expect(run.lines()).toHaveLength(6);
  });

  test('a Claude that prints its result and never exits', async () => {
    const input = { ...fake(mortal, init, content, result, 'sleep 100000 & wait'), config: { exitAfterResultSec: 10 } };
    await verdictOf(input, { code: null, notes: [/not? exit|did not end|stopped/i], job: 'deleted' });
  });

  test('a background sub-agent of the real Claude Code: the last result counts', async () => {
    const { outcome } = await verdictOf(real('background-8'), { code: null });
    expect(outcome.evidence.transcript.inits).toBeGreaterThan(1);
    expect(outcome.result?.text).toBe('All of it is done.');
  });

  test('a child killed by the OOM killer is a note, not a truncation (a container kill on cgroup v2)', async () => {
    const config = { 'resources.limits.memory': '600Mi' };
    const { outcome } = await verdictOf(real('fill-900', config), expectedOfChildOom());
    expect(outcome.evidence.container).toMatchObject({ reason: 'OOMKilled' });
  });
});

/** The kubelet kills the whole container on cgroup v2 (since 1.28), only the child on v1. */
function expectedOfChildOom(): Expected {
  return existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? { code: 'claude_truncated', cause: 'oom_killed' }
    : { code: null, exitCode: 0, notes: [/oom_killed/] };
}

describe.concurrent('truncated', () => {
  test('the container is killed for its memory', async () => {
    const input = { ...fake(init, content, hog), config: tight };
    await verdictOf(input, {
      code: 'claude_truncated',
      cause: 'oom_killed',
      exitCode: 137,
      says: [/OOMKilled/, /137/],
    });
  });

  test('the same after an interim result with a background task outstanding', async () => {
    const input = { ...fake(init, content, outstanding, result, hog), config: tight };
    await verdictOf(input, { code: 'claude_truncated', cause: 'oom_killed', exitCode: 137 });
  });

  test('SIGKILL that is not for memory is never called OOM', async () => {
    const marker = `victim-${randomUUID()}`;
    const input = fake(`: ${marker}`, init, content, 'sleep 1000 & wait');
    const expected = { code: 'claude_truncated', cause: 'sigkill', exitCode: 137, says: [/SIGKILL/] } as const;
    const { outcome } = await verdictOf(input, expected, async (run) => {
      await until('the agent at work', () => run.lines().length >= 2);
      await killOnNode(marker);
    });
    expect(outcome.verdict.message).not.toMatch(/OOMKilled/);
  });

  test('SIGTERM from inside', async () => {
    const input = fake(mortal, init, content, 'kill -TERM $$', 'sleep 5');
    await verdictOf(input, { code: 'claude_truncated', cause: 'sigterm', exitCode: 143, says: [/SIGTERM/] });
  });

  test('a crash after content, with the plain text before it quoted', async () => {
    const input = fake(init, content, 'echo "RangeError: Maximum call stack size exceeded"', 'exit 7');
    const says = [/RangeError: Maximum call stack/, /exit code 7/];
    await verdictOf(input, { code: 'claude_truncated', cause: 'crash', exitCode: 7, says });
  });
});

describe.concurrent("Claude's own failures", () => {
  test('a bad flag', async () => {
    const input = real('text', { extraArgs: ['--no-such-flag'] });
    await verdictOf(input, { code: 'claude_exit_error', exitCode: 1, says: [/no-such-flag/] });
  });

  test('nothing after init', async () => {
    await verdictOf(fake(init, 'exit 3'), { code: 'claude_init_failed', exitCode: 3, says: [/scripted/, /3/] });
  });

  test('exit 0 without a result', async () => {
    await verdictOf(fake(init), { code: 'claude_output_unparseable', exitCode: 0 });
  });

  test('SIGINT: an error during execution with exit 0 is no success', async () => {
    await verdictOf(real('sleep-60'), { code: 'claude_exit_error' }, async (run) => {
      const pod = await podOf(run, isRunning);
      await until('the tool call', () => run.text().includes('tool_use'));
      await kubectl('-n', namespace, 'exec', pod.metadata.name, '-c', 'claude', '--', 'sh', '-c', 'kill -INT 1');
    });
  });

  test('an unknown session', async () => {
    const input = { ...real('text'), run: { sessionId: '11111111-1111-4111-8111-111111111111' } };
    await verdictOf(input, { code: 'session_unavailable' });
  });

  test('max turns', async () => {
    await verdictOf(real('tools-5', { maxTurnsPerRun: 1 }), { code: 'max_turns_exhausted' });
  });

  test.each([
    ['401', 'claude_auth_required'],
    ['404', 'claude_model_unavailable'],
    ['429', 'claude_rate_limited'],
    ['529', 'claude_overloaded'],
    ['credit', 'claude_quota_exhausted'],
    ['cut', 'llm_api_error'],
    ['empty', 'llm_api_error'],
  ] as const)('the model API answers %s', async (script, code) => {
    // Claude Code would ask once more without streaming, and the scripted API answers that.
    const env = { CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1' };
    await verdictOf(real(script, { env }), { code });
  });
});

test('what the agent says is quoted, never protocol', async () => {
  const { outcome } = await verdictOf(fake(init, says('half an answer'), 'exit 1'), { code: 'claude_truncated' });
  expect(outcome.verdict.message).not.toContain('"type"');
});
