import { emptyTranscript } from '../../src/claude/transcript.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import type { Outcome, Verdict } from '../../src/run/outcome.ts';
import type { ContainerSnapshot } from '../../src/run/snapshot.ts';
import { condition, cutOff, ended, evidence, job, pod, result, terminated } from '../failure/build.ts';

const success: Verdict = {
  code: null,
  cause: null,
  exitCode: 0,
  signal: null,
  message: '',
  notes: [],
  ruledOut: [],
  contradictions: [],
};

/** An end with its verdict given, so that a story does not change with the wording of messages. */
export function outcome(verdict: Partial<Verdict>, of: Evidence, over: Partial<Outcome> = {}): Outcome {
  return {
    verdict: { ...success, ...verdict },
    result: of.transcript.result,
    evidence: of,
    cursor: undefined,
    job: 'deleted',
    promptDelivered: true,
    ...over,
  };
}

const usage = { inputTokens: 100, outputTokens: 20, cacheReadInputTokens: 3_000, cacheCreationInputTokens: 400 };
const spoken = result({ modelUsage: { opus: { ...usage, costUsd: 0.25 } } });

export const succeeded = outcome({}, evidence({ transcript: { ...evidence().transcript, result: spoken } }));

const agent: ContainerSnapshot = {
  name: 'claude',
  state: { is: 'terminated', ...terminated({ exitCode: 137, reason: 'OOMKilled' }) },
  last: undefined,
  image: 'agent:1',
  restartCount: 0,
};

export const outOfMemory = outcome(
  {
    code: 'claude_truncated',
    cause: 'oom_killed',
    exitCode: 137,
    signal: 'SIGKILL',
    message: 'Claude was cut off: out of memory.',
    notes: ['a gap in the log'],
    ruledOut: [{ cause: 'evicted', because: 'the kubelet gives OOMKilled' }],
    contradictions: ['OOMKilled, and the pod says Evicted'],
  },
  cutOff(ended(137, { reason: 'OOMKilled' }), {
    pod: pod({ reason: 'Evicted', agent, conditions: [condition('DisruptionTarget', 'TerminationByKubelet')] }),
    job: job({
      conditions: [condition('Failed', 'BackoffLimitExceeded'), condition('Suspended', undefined, { status: 'False' })],
    }),
    jobLoss: {
      by: 'other_client',
      at: 0,
      route: 'deletion-timestamp',
      containerEndedBefore: true,
      observations: 3,
    },
  }),
);

export const notCleanedUp = outcome({}, evidence(), { job: 'cleanup_failed', promptDelivered: false });

/** Nothing ran: no container, no output. */
const unstarted = evidence({
  transcript: emptyTranscript,
  container: { known: 'never_started' },
  agentStarted: false,
  pod: undefined,
  log: { ...evidence().log, lines: 0, bytes: 0, attempts: 0 },
});

export const blocked = outcome(
  { code: 'k8s_concurrent_run_blocked', exitCode: null, message: 'Another run of this agent is alive.' },
  unstarted,
  { job: 'none' },
);

export const stopped = outcome({ code: 'cancelled', exitCode: null, message: 'The run was cancelled.' }, unstarted);

export const leftRunning = outcome(
  { code: 'k8s_run_handed_over', exitCode: null, message: 'The Job was handed over.' },
  evidence({ transcript: { ...evidence().transcript, usageSoFar: usage } }),
  { job: 'left_running' },
);
