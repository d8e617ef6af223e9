import nock from 'nock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { meaningOf, reasonText } from '../../src/host/abort-reason.ts';
import { isStopped, obeyAbort } from '../../src/host/cancel.ts';
import { askRunStatus, type RunStatus, readRunStatus } from '../../src/host/run-status.ts';
import { cutOff, ended, evidence, guessedEnd, initOnly, judgedAt, pod } from '../failure/build.ts';
import { settled, TestClock } from './clock.ts';
import { outcomeOf } from './outcomes.ts';

describe('the reason of an abort', () => {
  test.each<[unknown, 'cancel' | 'unclear']>([
    ['Cancelled by a board operator', 'cancel'],
    [new Error('run was canceled'), 'cancel'],
    [{ message: 'Cancelling' }, 'cancel'],
    ['Legacy controller lease lost', 'unclear'],
    ['Controller lease lost or cancelled', 'unclear'],
    [new DOMException('This operation was aborted', 'AbortError'), 'unclear'],
    [undefined, 'unclear'],
    [42, 'unclear'],
  ])('%s is %s', (reason, expected) => {
    expect(meaningOf(reasonText(reason))).toBe(expected);
  });
});

describe('the status of a run', () => {
  test.each<[unknown, RunStatus]>([
    [{ status: 'cancelled' }, 'cancelled'],
    [{ status: 'cancelling' }, 'cancelled'],
    [{ status: 'running', resultJson: { executionCancellation: { state: 'requested' } } }, 'cancelled'],
    [{ status: 'running' }, 'going'],
    [{ status: 'queued' }, 'going'],
    [{ status: 'pending' }, 'going'],
    [{ status: 'succeeded' }, 'over'],
    [{ status: 'failed' }, 'over'],
    [{ status: 'completed' }, 'over'],
    [{ status: 'unknown' }, 'unknown'],
    [{}, 'unknown'],
    [null, 'unknown'],
  ])('%j is %s', (body, expected) => {
    expect(readRunStatus(body)).toBe(expected);
  });

  describe('over HTTP', () => {
    beforeEach(() => nock.disableNetConnect());
    afterEach(() => {
      nock.cleanAll();
      nock.enableNetConnect();
    });

    test.each(['http://paperclip:3100', 'http://paperclip:3100/', 'http://paperclip:3100/api'])(
      'is asked with the token of the run at %s',
      async (url) => {
        const seen = nock('http://paperclip:3100', { reqheaders: { authorization: 'Bearer token' } })
          .get('/api/heartbeat-runs/run%201')
          .reply(200, { status: 'cancelled' });
        expect(await askRunStatus(url, 'run 1', 'token')).toBe('cancelled');
        expect(seen.isDone()).toBe(true);
      },
    );

    test.each<[string, (scope: nock.Interceptor) => nock.Scope]>([
      ['404', (scope) => scope.reply(404, { status: 'cancelled' })],
      ['500', (scope) => scope.reply(500, 'cancelled')],
      ['no JSON', (scope) => scope.reply(200, 'cancelled')],
      ['no answer', (scope) => scope.replyWithError('ECONNREFUSED')],
    ])('%s never means a cancel', async (_name, reply) => {
      reply(nock('http://paperclip:3100').get('/api/heartbeat-runs/r'));
      expect(await askRunStatus('http://paperclip:3100', 'r', 'token')).toBe('unknown');
    });
  });
});

describe('an abort', () => {
  function aborting(statuses?: RunStatus[]) {
    const clock = new TestClock();
    const controller = new AbortController();
    const done: string[] = [];
    const asked: number[] = [];
    const askStatus =
      statuses &&
      (async () => {
        asked.push(clock.now());
        return statuses[asked.length - 1] ?? 'going';
      });
    const obeyed = obeyAbort(
      { signal: controller.signal, clock, askStatus },
      {
        cancel: (reason) => void done.push(`cancel: ${reason}`),
        release: (reason) => void done.push(`release: ${reason}`),
      },
    );
    return { clock, done, asked, obeyed, abort: (reason: unknown) => controller.abort(reason) };
  }

  test('with the word cancels at once, without asking', async () => {
    const { abort, done, asked, obeyed } = aborting(['going']);
    abort('Cancelled by a board operator');
    await settled();
    expect(done).toEqual(['cancel: Cancelled by a board operator']);
    expect(asked).toEqual([]);
    expect(obeyed.cancelled()).toBe(true);
  });

  test('without the word cancels as soon as the host says so', async () => {
    const { abort, done, clock } = aborting(['going', 'unknown', 'cancelled']);
    abort(new Error('aborted'));
    await clock.pass(3_999);
    expect(done).toEqual([]);
    await clock.pass(1);
    expect(done).toEqual(['cancel: aborted']);
  });

  test('that nobody can explain lets go of the Job after 30 seconds', async () => {
    const { abort, done, clock, obeyed } = aborting([]);
    abort('Legacy controller lease lost');
    await clock.pass(29_000);
    expect(done).toEqual([]);
    await clock.pass(2_000);
    expect(done).toEqual(['release: Legacy controller lease lost']);
    expect(obeyed.cancelled()).toBe(false);
  });

  test('of a run that is over otherwise lets go at once, as does one that nobody can be asked about', async () => {
    const over = aborting(['over']);
    over.abort('x');
    const mute = aborting();
    mute.abort(undefined);
    await settled();
    expect(over.done).toEqual(['release: x']);
    expect(mute.done).toEqual(['release: This operation was aborted']);
  });

  test('after the end of the run changes nothing and asks nobody any longer', async () => {
    const { abort, done, asked, clock, obeyed } = aborting([]);
    abort('lease lost');
    await clock.pass(1_000);
    obeyed.stop();
    await clock.pass(60_000);
    expect(done).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});

describe('a cancel is acknowledged', () => {
  const stop = { why: 'cancelled', at: judgedAt, reason: 'asked', resultBefore: false } as const;
  const noOutput = { transcript: initOnly({ lines: 0, inits: 0 }), agentStarted: false } as const;
  test.each<[string, boolean, ReturnType<typeof outcomeOf>]>([
    ['when the pod is gone', true, outcomeOf({ ...cutOff({ known: 'gone' }), stop, podGone: 'watch-deleted' })],
    ['when the process is proven to have ended', true, outcomeOf({ ...cutOff(ended(143)), stop })],
    ['not on a guess of the kubelet', false, outcomeOf({ ...cutOff(guessedEnd), stop })],
    [
      'not when the node can not tell',
      false,
      outcomeOf({ ...cutOff({ known: 'unreachable' }), stop }, { job: 'left_running' }),
    ],
    ['not while a pod is there', false, outcomeOf({ ...cutOff({ known: 'running' }), stop, pod: pod() })],
    [
      'when there never was a Job',
      true,
      outcomeOf(
        { ...noOutput, container: { known: 'never_started' }, stop, job: undefined, pod: undefined },
        { job: 'none' },
      ),
    ],
    [
      'not when nobody knows whether there is one',
      false,
      outcomeOf(
        {
          ...noOutput,
          container: { known: 'never_started' },
          job: undefined,
          pod: undefined,
          refusal: {
            code: 'k8s_job_create_failed',
            cause: undefined,
            detail: 'no answer',
            fault: {
              kind: 'unreachable',
              call: 'create jobs',
              status: undefined,
              reason: undefined,
              message: 'x',
              retryAfterMs: undefined,
            },
          },
        },
        { job: 'none' },
      ),
    ],
    [
      'not when a Job of ours could not be withdrawn',
      false,
      outcomeOf({ ...noOutput, container: { known: 'never_started' }, stop, pod: undefined }, { job: 'left_running' }),
    ],
    [
      'when the Job went before it had a pod',
      true,
      outcomeOf({ ...noOutput, container: { known: 'never_started' }, stop, pod: undefined }),
    ],
    [
      'not after a clean-up whose pod nobody saw',
      false,
      outcomeOf({ ...noOutput, container: { known: 'never_started' }, pod: undefined, job: evidence().job }),
    ],
  ])('%s', (_name, expected, outcome) => {
    expect(isStopped(outcome)).toBe(expected);
  });
});
