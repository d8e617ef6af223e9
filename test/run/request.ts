import type { RunLimits, RunRequest } from '../../src/run/request.ts';

export const limits: RunLimits = {
  timeoutSec: 0,
  graceSec: 60,
  scheduleTimeoutSec: 120,
  logGraceSec: 30,
  exitAfterResultSec: 120,
  stallTimeoutSec: 0,
  ttlSecondsAfterFinished: 300,
};

/** A run of the agent `scout` with every default. */
export function request(over: Partial<RunRequest> = {}): RunRequest {
  const runId = over.runId ?? 'r1';
  return {
    runId,
    agentId: 'scout',
    agentLabel: 'scout',
    taskId: undefined,
    sessionId: undefined,
    namespace: 'agents',
    jobName: `ac-scout-${runId}`,
    promptHash: 'hash',
    needsSecret: false,
    holder: { host: 'h', pod: undefined, podNamespace: undefined, bootId: `boot-${runId}`, pid: 1 },
    start: { as: 'new' },
    limits,
    reattachOrphanedJobs: true,
    continueAfterAdoption: false,
    retainJobs: false,
    model: undefined,
    traceparent: undefined,
    adapterVersion: '0',
    ...over,
  };
}
