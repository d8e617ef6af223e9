import { describe, expect, test } from 'vitest';
import { emptyTranscript } from '../../src/claude/transcript.ts';
import { judge } from '../../src/failure/verdict.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import {
  answering,
  condition,
  cutOff,
  ended,
  endedAt,
  evidence,
  finished,
  guessedEnd,
  initOnly,
  job,
  pod,
  result,
  terminated,
  waiting,
} from './build.ts';

const say = (given: Evidence) => judge(given).message;

describe('claude_truncated', () => {
  test('names exit code, signal, reason, kubelet message, pod reason, disruption condition and node', () => {
    const message = say(
      cutOff(ended(137, { message: 'killed by the\nkubelet' }), {
        pod: pod({
          reason: 'Evicted',
          message: 'Usage of EmptyDir volume "work" exceeds the limit "10Mi". ',
          conditions: [condition('DisruptionTarget', 'TerminationByKubelet')],
        }),
      }),
    );
    expect(message).toBe(
      'Claude was cut off before its result. Cause evicted: the kubelet evicted the pod. The container ended with exit ' +
        'code 137 (SIGKILL), reason Error, message "killed by the kubelet". Pod ac-scout-r1-x7 on node node-a, pod reason ' +
        'Evicted "Usage of EmptyDir volume "work" exceeds the limit "10Mi".", condition DisruptionTarget ' +
        'TerminationByKubelet. Read the eviction message; raise the storage or memory requests, or free the node.',
    );
  });

  test.for([
    ['gone', 'The pod is gone (watch-deleted) and the end of its container was not seen (gone).'],
    ['lagging', "The pod is Failed, but its status does not show the container's end yet (lagging)."],
    ['running', 'The container was still running when it was last seen (running).'],
    [
      'unreachable',
      'The node does not answer for the container (unreachable): the process may still run, and nothing was deleted by force.',
    ],
  ] as const)('says which kind of not knowing the end it is: %s', ([known, sentence]) => {
    expect(say(cutOff({ known }, { podGone: 'watch-deleted' }))).toContain(sentence);
  });

  test('never takes the guess of the kubelet for an exit code or an OOM kill', () => {
    const message = say(cutOff(guessedEnd));
    expect(message).toContain('only guesses its end (ContainerStatusUnknown): exit code 137 proves nothing');
    expect(message).not.toMatch(/SIGKILL|OOM/);
  });

  test('says of a lost node that the process may still run', () => {
    const lost = { pod: pod({ conditions: [condition('DisruptionTarget', 'DeletionByPodGC')] }) };
    expect(say(cutOff(guessedEnd, lost))).toContain('The process may still run; nothing was deleted by force.');
    const seen = say(cutOff({ known: 'unreachable' }, { ...lost, nodeSeenNotReady: true }));
    expect(seen).toContain('node node-a (seen NotReady)');
    expect(seen.match(/may still run/g)).toHaveLength(1);
  });

  test('says that the result before was an interim one', () => {
    const message = say(cutOff(ended(137), { transcript: finished({ outstandingTasks: ['a', 'b'] }) }));
    expect(message).toContain('There was an interim result, and 2 background task(s) were outstanding.');
  });

  test('says when somebody else suspended the Job', () => {
    expect(say(cutOff(ended(143), { job: job({ suspended: true }) }))).toContain(
      'the Job was suspended by somebody else',
    );
  });

  test('quotes the first plain line and never protocol', () => {
    const quoted = say(
      cutOff(ended(1), { transcript: answering({ firstPlainText: 'FATAL: heap out\u2028of memory' }) }),
    );
    expect(quoted).toContain('It printed "FATAL: heap out of memory".');
    const raw = '{"type":"assistant","message":{"content":[]}}';
    const silent = say(cutOff(ended(1), { transcript: answering({ firstPlainText: raw, plainText: [raw] }) }));
    expect(silent).not.toContain('It printed');
  });
});

describe('the termination message', () => {
  const tail = `put":"x"},"session_id":"s-1","uuid":"u"}\n{"type":"system","subtype":"task_started"}`;
  test.for([
    ['the tail of stream-json, from the middle of a line on', tail, answering()],
    ['one whole protocol line', '{"subtype":"init","type":"system"}', answering()],
    ['the plain text that was printed', 'heap out of memory', answering({ plainText: ['FATAL: heap out of memory'] })],
  ] as const)('is log and not quoted: %s', ([, message, transcript]) => {
    expect(say(cutOff(ended(1, { message }), { transcript }))).not.toContain('message "');
  });
});

describe('k8s_job_deleted_externally', () => {
  test('comes with the whole forensics', () => {
    const message = say(
      cutOff(ended(143), {
        job: job({ conditions: [condition('FailureTarget', 'PodFailurePolicy')] }),
        jobLoss: {
          by: 'other_client',
          at: endedAt + 1_000,
          route: 'completion-poll-404',
          containerEndedBefore: false,
          observations: 7,
        },
        events: [
          {
            uid: 'e1',
            reason: 'Killing',
            message: 'Stopping container claude',
            type: 'Normal',
            about: { kind: 'Pod', name: 'ac-scout-r1-x7', uid: 'pod-uid' },
            source: 'kubelet',
            count: 1,
            lastAt: endedAt,
          },
        ],
      }),
    );
    expect(message).toBe(
      'The Job was deleted before its container ended, and not by this run. Cause deleted_by_other: another client ' +
        'deleted it. Job ac-scout-r1 in namespace agents, uid job-uid. Deleted by another client: no mark of ours is on ' +
        'the Job, and nothing proves who it was. Seen by completion-poll-404, 61 s after the pod ran, 7 observation(s). ' +
        'Last conditions: Job FailureTarget. 6 line(s), 4096 byte(s) captured. Events: Killing "Stopping container ' +
        'claude". Ruled out: oom_killed (the runtime\'s reason is Error, not OOMKilled); evicted (the pod has no reason ' +
        'and no DisruptionTarget condition); ttl_expired (the Job had no finished condition when it was last seen); ' +
        'deadline_exceeded (the Job has no activeDeadlineSeconds); log_gap (the log was read to its end without a gap). ' +
        "The container ended with exit code 143 (SIGTERM), reason Error. Search the API server's audit log for the " +
        'delete; then run again.',
    );
  });

  test.for([
    ['owner_cascade', 'Deleted together with its owner CronJob nightly.'],
    ['other_client', 'Deleted by another client: no mark of ours is on the Job'],
    ['unknown', 'It vanished during a watch gap, so who deleted it is not known.'],
  ] as const)('names no more than the evidence proves: %s', ([by, sentence]) => {
    const message = say(
      cutOff(
        { known: 'gone' },
        {
          job: job({ owners: [{ kind: 'CronJob', name: 'nightly', uid: 'o' }] }),
          jobLoss: { by, at: endedAt, route: 'relist-missing', containerEndedBefore: false, observations: 2 },
        },
      ),
    );
    expect(message).toContain(sentence);
  });
});

describe('other codes', () => {
  test('claude_init_failed names the model and the exit code', () => {
    const message = say(cutOff(ended(1), { transcript: initOnly() }));
    expect(message).toContain('It had model claude-sonnet-4-6.');
    expect(message).toContain('exit code 1');
  });

  test('a rate limit names its status, the retries and the moment of the reset', () => {
    const message = say(
      evidence({
        container: ended(1),
        transcript: finished({
          result: result({ isError: true, apiErrorStatus: 429, text: 'API Error: Request rejected (429)' }),
          apiRetries: [{ status: 429, error: 'rate_limit' }],
          rateLimit: {
            resetsAt: Date.parse('2026-11-23T15:00:00Z') / 1000,
            type: 'five_hour',
            status: 'allowed_warning',
          },
        }),
      }),
    );
    expect(message).toBe(
      'The model API limits the rate of requests. Claude says "API Error: Request rejected (429)", API status 429, after ' +
        '1 retries, the limit resets at 2026-11-23T15:00:00.000Z. The container ended with exit code 1, reason Error. Pod ' +
        'ac-scout-r1-x7 on node node-a. Run again later, or lower the number of concurrent agents.',
    );
  });

  test('a success result with exit 1 names the contradiction', () => {
    expect(say(evidence({ container: ended(1) }))).toContain(
      'Contradiction: the result says success, but the exit code is 1.',
    );
  });

  test('a refusal says what the API said, once', () => {
    const message = say(
      evidence({
        refusal: {
          code: 'k8s_job_create_failed',
          cause: undefined,
          detail: 'the Job was refused',
          fault: {
            kind: 'forbidden',
            call: 'create jobs',
            status: 403,
            reason: 'Forbidden',
            message:
              'jobs.batch is forbidden: User "system:serviceaccount:agents:default" cannot create resource "jobs"',
            retryAfterMs: undefined,
          },
        },
        transcript: emptyTranscript,
        container: { known: 'never_started' },
        pod: undefined,
        job: undefined,
      }),
    );
    expect(message).toBe(
      'The Job could not be created. Cause rbac: the service account may not do it. the Job was refused. create jobs: 403 ' +
        'Forbidden "jobs.batch is forbidden: User "system:serviceaccount:agents:default" cannot create resource "jobs"". ' +
        'Grant the verb and resource that the message names.',
    );
  });

  test('a pod that never started gives the waiting reason, the node and the last event', () => {
    const message = say(
      evidence({
        transcript: emptyTranscript,
        agentStarted: false,
        container: { known: 'never_started' },
        pod: pod({ phase: 'Pending', agent: waiting('claude', 'ImagePullBackOff', 'Back-off pulling image "nope:1"') }),
      }),
    );
    expect(message).toBe(
      'Claude never started. Cause image_pull: the image cannot be pulled. Container claude waits: ImagePullBackOff ' +
        '"Back-off pulling image "nope:1"". Pod ac-scout-r1-x7 on node node-a. Correct image or the pull secrets, and ' +
        'check that the node reaches the registry.',
    );
  });

  test('a stall and a deadline say how long', () => {
    expect(say(cutOff(ended(143), { stop: { why: 'stalled', at: endedAt, silentSec: 600 } }))).toContain(
      'Nothing was printed for 600 s.',
    );
    expect(say(cutOff(ended(143), { stop: { why: 'timeout', at: endedAt, afterSec: 90 } }))).toContain(
      '90 s had passed.',
    );
  });

  test('a deletion of the pod is named only where it is not our own', () => {
    const deleted = { pod: pod({ deletionAt: endedAt }) };
    const stop = { why: 'timeout', at: endedAt, afterSec: 90 } as const;
    expect(say(cutOff(ended(143), deleted))).toContain('the pod was being deleted');
    expect(say(cutOff(ended(143), { ...deleted, stop }))).not.toContain('being deleted');
  });

  test('a handed-over run says who goes on', () => {
    const message = say(cutOff({ known: 'running' }, { stop: { why: 'handed_over', at: endedAt, to: 'run r2' } }));
    expect(message).toContain('Job ac-scout-r1 in namespace agents goes on with run r2.');
  });
});

test('a message is cut in its evidence and keeps its advice, on one line of 2 KiB', () => {
  const long = '日本語\n'.repeat(2_000);
  const message = say(
    cutOff(ended(1, { message: long }), {
      transcript: answering({ firstPlainText: long }),
      pod: pod({ name: long, reason: long, message: long, nodeName: long }),
    }),
  );
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2_048);
  expect(message).not.toMatch(/[\r\n\uFFFD]/);
  expect(message).toMatch(/… Read the last lines of the output; .* run again\.$/);
});

test('a failed init container is named with its exit code and words, not the wait for it', () => {
  const failed = {
    ...waiting('write-prompt', ''),
    state: { is: 'terminated', ...terminated({ exitCode: 3, message: 'disk full' }) },
  } as const;
  const verdict = judge(
    evidence({
      transcript: emptyTranscript,
      agentStarted: false,
      container: { known: 'never_started' },
      pod: pod({ inits: [failed], agent: waiting('claude', 'PodInitializing') }),
    }),
  );
  expect(verdict.message).toContain('Init container write-prompt ended with exit code 3, Error "disk full"');
  expect(verdict.message).not.toContain('PodInitializing');
});

test('a run that was let go before it had a Job names none', () => {
  const stop = { why: 'handed_over', at: endedAt, to: 'the next process (SIGTERM)' } as const;
  const { message } = judge(
    evidence({ stop, job: undefined, transcript: emptyTranscript, container: { known: 'never_started' } }),
  );
  expect(message).toContain('before it had a Job: nothing was left behind');
  expect(message).not.toContain('goes on with');
});
