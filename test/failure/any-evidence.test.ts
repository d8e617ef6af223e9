import { expect, test } from 'vitest';
import { emptyTranscript, type Transcript } from '../../src/claude/transcript.ts';
import { causes, failureCodes, failures, isReachable } from '../../src/failure/table.ts';
import { judge } from '../../src/failure/verdict.ts';
import type { ApiFault } from '../../src/run/answer.ts';
import type { ContainerEnd, Evidence, Stop } from '../../src/run/evidence.ts';
import type { Condition, PodSnapshot } from '../../src/run/snapshot.ts';
import { ended, endedAt, evidence, guessedEnd, job, pod, result, terminated, waiting } from './build.ts';

const rounds = 5_000;

test('any evidence at all gives exactly one verdict, in one line, with a pair of the table', () => {
  const reached = new Set<string>();
  for (let seed = 1; seed <= rounds; seed += 1) {
    const given = anyEvidence(dice(seed));
    const verdict = judge(given);
    const where = `seed ${seed}: ${verdict.code} / ${verdict.cause}`;
    reached.add(String(verdict.code));
    expect(verdict, where).toEqual(judge(given));
    if (verdict.code === null) {
      expect([verdict.cause, verdict.message, verdict.ruledOut], where).toEqual([null, '', []]);
      expect(given.transcript.result?.isError, where).toBe(false);
    } else {
      expect(isReachable(verdict.code, verdict.cause), where).toBe(true);
      expect(verdict.message, where).toMatch(/^[^\n\r\u2028\u2029]+$/);
      expect(Buffer.byteLength(verdict.message), where).toBeLessThanOrEqual(2_048);
    }
    expect(
      verdict.ruledOut.map((one) => one.cause),
      where,
    ).not.toContain(verdict.cause);
    if (verdict.cause === 'oom_killed') {
      expect(given.container.known === 'terminated' && given.container.reason, where).toBe('OOMKilled');
    }
    for (const note of verdict.notes) expect(note, where).not.toMatch(/[\n\r]/);
  }
  expect([...reached].sort()).toEqual([...failureCodes, 'null'].sort());
});

type Dice = <T>(...of: readonly T[]) => T;

/** mulberry32: the same seed gives the same evidence for ever. */
function dice(seed: number): Dice {
  let state = seed;
  return (...of) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const picked = of[Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * of.length)];
    if (of.length === 0) throw new Error('nothing to pick from');
    return picked as (typeof of)[number];
  };
}

/** A refusal comes from a phase before the pod runs. */
const refusals = failureCodes.filter((code) => ['admit', 'stage', 'create', 'schedule'].includes(failures[code].phase));

const texts = ['', 'plain\nwords', '{"type":"result"}', 'x'.repeat(9_000), '日本語😀'.repeat(900), '\ud800 lone'];

function anyEvidence(pick: Dice): Evidence {
  const disruptionReasons = [
    'PreemptionByScheduler',
    'DeletionByTaintManager',
    'EvictionByEvictionAPI',
    'DeletionByPodGC',
    'TerminationByKubelet',
    undefined,
  ];
  const condition = (type: string, reason: string | undefined): Condition => ({
    type,
    status: pick('True', 'False', 'Unknown'),
    reason,
    message: pick(undefined, ...texts),
    at: pick(undefined, endedAt, endedAt + 60_000),
  });
  return evidence({
    refusal: pick(undefined, undefined, {
      code: pick(...refusals),
      cause: pick(undefined, ...(Object.keys(causes) as (keyof typeof causes)[])),
      detail: pick(...texts),
      fault: anyFault(pick),
    }),
    stop: pick(undefined, undefined, undefined, anyStop(pick)),
    transcript: anyTranscript(pick),
    container: anyEnd(pick),
    agentStarted: pick(true, false),
    job: pick(
      undefined,
      job({
        deletionAt: pick(undefined, endedAt),
        suspended: pick(true, false),
        activeDeadlineSeconds: pick(undefined, 60),
        conditions: pick(
          [],
          [condition(pick('Failed', 'FailureTarget', 'Complete'), pick('DeadlineExceeded', undefined))],
        ),
      }),
    ),
    jobLoss: pick(undefined, undefined, {
      by: pick('self', 'ttl', 'owner_cascade', 'other_client', 'unknown'),
      at: endedAt,
      route: pick('watch-deleted', 'relist-missing', 'deletion-timestamp'),
      containerEndedBefore: pick(true, false),
      observations: 1,
    }),
    pod: pick(undefined, anyPod(pick, [condition('DisruptionTarget', pick(...disruptionReasons))])),
    podGone: pick(undefined, 'watch-deleted'),
    node: pick(undefined, { name: 'n', ready: pick('True', 'False', 'Unknown'), readySince: endedAt, taints: [] }),
    nodeSeenNotReady: pick(true, false),
    log: {
      lines: 3,
      bytes: 9,
      duplicates: 0,
      attempts: 1,
      complete: pick(true, false),
      gaps: pick([], [{ after: undefined, before: undefined, why: pick(...texts) }]),
      lastLineAt: pick(undefined, endedAt),
    },
    apiFault: anyFault(pick),
    notes: pick([], [pick(...texts)]),
  });
}

function anyFault(pick: Dice): ApiFault | undefined {
  const kind = pick('forbidden', 'unreachable', 'not_found', 'rejected', 'throttled');
  const fault: ApiFault = {
    kind,
    call: 'get pods',
    status: pick(undefined, 403),
    reason: undefined,
    message: pick(...texts),
    retryAfterMs: undefined,
  };
  return pick(undefined, fault);
}

function anyStop(pick: Dice): Stop {
  return pick<Stop>(
    { why: 'cancelled', at: endedAt, reason: pick(...texts), resultBefore: pick(true, false) },
    { why: 'timeout', at: endedAt, afterSec: 60 },
    { why: 'stalled', at: endedAt, silentSec: 60 },
    { why: 'hung_after_result', at: endedAt, silentSec: 60 },
    { why: 'handed_over', at: endedAt, to: 'r2' },
  );
}

function anyEnd(pick: Dice): ContainerEnd {
  const over = {
    reason: pick(undefined, 'Error', 'OOMKilled', 'StartError', 'Completed'),
    message: pick(undefined, ...texts),
    finishedAt: pick(undefined, endedAt),
  };
  return pick<ContainerEnd>(
    ended(pick(0, 1, 137, 143, 139, 255), over),
    ended(pick(0, 1, 137, 143), over),
    guessedEnd,
    { known: pick('gone', 'lagging', 'running', 'unreachable', 'never_started') },
  );
}

function anyPod(pick: Dice, conditions: readonly Condition[]): PodSnapshot {
  return pod({
    phase: pick('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'),
    reason: pick(
      undefined,
      undefined,
      'Evicted',
      'NodeLost',
      'Terminated',
      'Preempting',
      'OutOfcpu',
      'DeadlineExceeded',
    ),
    message: pick(undefined, ...texts),
    deletionAt: pick(undefined, endedAt),
    conditions: pick([], conditions),
    agent: pick(undefined, waiting('claude', pick('ErrImagePull', 'CreateContainerError', 'ContainerCreating'))),
    inits: pick([], [{ ...waiting('i', 'x'), state: { is: 'terminated', ...terminated({ exitCode: 1 }) } }]),
  });
}

function anyTranscript(pick: Dice): Transcript {
  const isError = pick(true, false);
  return {
    ...emptyTranscript,
    lines: pick(0, 9),
    inits: pick(0, 1),
    sawContent: pick(true, false),
    outstandingTasks: pick([], ['t1']),
    firstPlainText: pick(undefined, ...texts, "error: unknown option '--x'"),
    configCorrupt: pick(true, false, false),
    rateLimit: pick(undefined, { resetsAt: pick(undefined, 1e20), type: undefined, status: 'rejected' }),
    result: pick(
      undefined,
      result({
        subtype: pick('success', 'success', 'error_max_turns', 'error_during_execution'),
        isError,
        apiErrorStatus: isError ? pick(undefined, 400, 401, 404, 429, 500, 529) : undefined,
        text: pick(...texts, 'Credit balance is too low'),
        errors: pick([], ['No conversation found with session ID: x'], [pick(...texts)]),
      }),
    ),
  };
}
