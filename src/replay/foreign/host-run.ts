import type { RunRequest } from '../../run/request.ts';
import { type Verdict, wholeVerdict } from '../judge/judge.ts';

/** What any adapter package of the host exports. */
export interface ForeignAdapter {
  type?: unknown;
  execute(ctx: unknown): Promise<unknown>;
}

/** What `claude-k8s replay` may know of the result of `execute`. */
export interface ForeignResult {
  diagnosis: Record<string, unknown>;
  /** What of a verdict it can tell. */
  tells: readonly (keyof Verdict)[];
}

export interface HostRunInput {
  request: RunRequest;
  kubeconfig: string;
  signal: AbortSignal;
  /** Whole chunks of standard output. */
  log(text: string): void;
}

/** The run's context as the host makes it, as far as a recording has it. */
export function hostRun({ request, kubeconfig, signal, log }: HostRunInput): Record<string, unknown> {
  const { runId, agentId, taskId, sessionId, limits, model } = request;
  const config = {
    kubeconfig,
    namespace: request.namespace,
    image: 'recorded',
    promptTemplate: 'recorded',
    retainJobs: request.retainJobs,
    reattachOrphanedJobs: request.reattachOrphanedJobs,
    ...limits,
    ...(model !== undefined && { model }),
  };
  const session = sessionId ?? null;
  return {
    runId,
    agent: { id: agentId, name: 'recorded', companyId: 'recorded', adapterType: 'claude_k8s', adapterConfig: config },
    runtime: {
      sessionId: session,
      sessionParams: session === null ? null : { sessionId: session },
      sessionDisplayId: session,
      taskKey: taskId ?? null,
    },
    config,
    context: { issueId: taskId, taskId, taskKey: taskId },
    signal,
    onLog: async (stream: string, chunk: string) => {
      if (stream === 'stdout') log(chunk);
    },
    onMeta: async () => {},
    onEvent: async () => {},
    onSpawn: async () => {},
    onDispatch: async () => {},
    onRuntimeProgress: () => {},
    onCancellationReady: async () => {},
  };
}

/** The host's own reading of a result: a failure has a message, a signal or an exit code that is not 0. */
export function readResult(given: unknown): ForeignResult {
  const { exitCode, signal, timedOut, errorCode, errorMessage, resultJson } = Object(given);
  const { diagnosis } = Object(resultJson);
  if (typeof diagnosis === 'object' && diagnosis !== null && 'code' in diagnosis) {
    return { diagnosis: { ...diagnosis }, tells: wholeVerdict };
  }
  const failed = timedOut === true || Boolean(errorMessage) || Boolean(signal) || (exitCode ?? 0) !== 0;
  const code = timedOut === true ? 'timeout' : (errorCode ?? 'adapter_failed');
  const log = Object(resultJson).log;
  return {
    diagnosis: { code: failed ? code : null, exitCode, message: errorMessage ?? '', log },
    tells: typeof exitCode === 'number' ? ['code', 'exitCode'] : ['code'],
  };
}
