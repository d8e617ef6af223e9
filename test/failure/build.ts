import { type ClaudeResult, emptyTranscript, type Transcript } from '../../src/claude/transcript.ts';
import type { ContainerEnd, Evidence } from '../../src/run/evidence.ts';
import type { Condition, ContainerSnapshot, JobSnapshot, PodSnapshot, Terminated } from '../../src/run/snapshot.ts';

/** All times of the builder hang on this moment: the container starts here and ends a minute later. */
export const startedAt = Date.parse('2026-11-23T10:00:00Z');
export const endedAt = startedAt + 60_000;
export const judgedAt = startedAt + 63_000;

export function terminated(over: Partial<Terminated> = {}): Terminated {
  return {
    exitCode: 0,
    signal: undefined,
    reason: over.exitCode === undefined || over.exitCode === 0 ? 'Completed' : 'Error',
    message: undefined,
    startedAt,
    finishedAt: endedAt,
    containerId: 'containerd://c0ffee',
    ...over,
  };
}

/** A container whose end the runtime reported. */
export function ended(exitCode: number, over: Partial<Terminated> = {}): ContainerEnd {
  return { known: 'terminated', guess: false, from: 'state', ...terminated({ exitCode, ...over }) };
}

/** What the kubelet writes when it lost sight of a container. */
export const guessedEnd: ContainerEnd = {
  known: 'terminated',
  guess: true,
  from: 'state',
  ...terminated({
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    finishedAt: undefined,
    containerId: undefined,
  }),
};

export function condition(type: string, reason?: string, over: Partial<Condition> = {}): Condition {
  return { type, status: 'True', reason, message: undefined, at: endedAt, ...over };
}

export function waiting(name: string, reason: string, message?: string): ContainerSnapshot {
  return { name, state: { is: 'waiting', reason, message }, last: undefined, image: 'agent:1', restartCount: 0 };
}

export function pod(over: Partial<PodSnapshot> = {}): PodSnapshot {
  return {
    name: 'ac-scout-r1-x7',
    namespace: 'agents',
    uid: 'pod-uid',
    resourceVersion: '200',
    jobUid: 'job-uid',
    createdAt: startedAt - 5_000,
    deletionAt: undefined,
    deletionGraceSeconds: undefined,
    nodeName: 'node-a',
    phase: 'Failed',
    reason: undefined,
    message: undefined,
    conditions: [],
    agent: undefined,
    inits: [],
    ...over,
  };
}

export function job(over: Partial<JobSnapshot> = {}): JobSnapshot {
  return {
    name: 'ac-scout-r1',
    namespace: 'agents',
    uid: 'job-uid',
    resourceVersion: '100',
    createdAt: startedAt - 6_000,
    deletionAt: undefined,
    labels: {},
    annotated: true,
    marks: {
      holder: undefined,
      renewedAt: undefined,
      releasedAt: undefined,
      admittedAt: startedAt - 5_500,
      concluded: undefined,
      deletion: undefined,
      promptHash: undefined,
      traceparent: undefined,
      adapterVersion: undefined,
      taskId: undefined,
      sessionId: undefined,
    },
    suspended: false,
    queue: undefined,
    startedAt: startedAt - 5_000,
    completedAt: undefined,
    ttlSecondsAfterFinished: 86_400,
    activeDeadlineSeconds: undefined,
    owners: [],
    conditions: [],
    ...over,
  };
}

export function result(over: Partial<ClaudeResult> = {}): ClaudeResult {
  return {
    subtype: 'success',
    isError: false,
    text: 'All done.',
    sessionId: 's-1',
    numTurns: 3,
    durationMs: 900,
    costUsd: 0.01,
    usage: undefined,
    modelUsage: {},
    apiErrorStatus: undefined,
    terminalReason: 'completed',
    errors: [],
    ...over,
  };
}

/** An agent that began to answer and came to no result. */
export function answering(over: Partial<Transcript> = {}): Transcript {
  return {
    ...emptyTranscript,
    lines: 6,
    inits: 1,
    sessionId: 's-1',
    model: 'claude-sonnet-4-6',
    sawContent: true,
    lastText: 'I start to answer',
    ...over,
  };
}

export function finished(over: Partial<Transcript> = {}): Transcript {
  return answering({ results: 1, result: result(), ...over });
}

/** A session was opened and nothing followed. */
export function initOnly(over: Partial<Transcript> = {}): Transcript {
  return answering({ lines: 1, sawContent: false, lastText: undefined, ...over });
}

/** A run that succeeded: pod and Job complete, log whole. Each test changes what makes its story. */
export function evidence(over: Partial<Evidence> = {}): Evidence {
  return {
    runId: 'r1',
    jobName: 'ac-scout-r1',
    namespace: 'agents',
    model: 'claude-sonnet-4-6',
    startedAt: startedAt - 7_000,
    at: judgedAt,
    refusal: undefined,
    stop: undefined,
    transcript: finished(),
    container: ended(0),
    agentStarted: true,
    job: job(),
    jobLoss: undefined,
    pod: pod(),
    podGone: undefined,
    node: undefined,
    nodeSeenNotReady: false,
    events: [],
    log: {
      lines: 6,
      bytes: 4_096,
      duplicates: 0,
      attempts: 1,
      complete: true,
      gaps: [],
      lastLineAt: endedAt,
    },
    apiFault: undefined,
    notes: [],
    ...over,
  };
}

/** A run that was cut off: content, no result, and the container's end as given. */
export function cutOff(container: ContainerEnd, over: Partial<Evidence> = {}): Evidence {
  return evidence({ transcript: answering(), container, ...over });
}
