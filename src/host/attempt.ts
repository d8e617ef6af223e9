import { textWithout } from '../engine/without-tokens.ts';
import type { AdapterConfig } from '../manifest/config.ts';
import type { RunPlan } from '../manifest/plan.ts';
import { namespaceOf } from '../prepare/namespace.ts';
import { type Prepared, prepareRun, type RunInput } from '../prepare/prepare.ts';
import { recordingOf } from '../record/where.ts';
import { isTransient } from '../run/answer.ts';
import { backoff, limit } from '../run/limits.ts';
import type { Outcome } from '../run/outcome.ts';
import { learnAbort, obeyAbort } from './cancel.ts';
import type { HostContext } from './context.ts';
import { politely } from './courtesy.ts';
import { runEnv, runSecrets } from './host-env.ts';
import { invocationOf } from './invocation.ts';
import type { JobWitness } from './recovery.ts';
import { refusedOutcome } from './refusal.ts';
import { askRunStatus } from './run-status.ts';
import type { Shared, Site } from './shared.ts';
import { skillWarnings, treesOf } from './skills.ts';
import { tellRecording } from './tell-recording.ts';
import type { Telling } from './telling.ts';
import { Witness } from './witness.ts';

export interface AttemptInput {
  host: HostContext;
  shared: Shared;
  site: Site;
  config: AdapterConfig;
  prompt: string;
  sessionId: string | undefined;
  telling: Telling;
  /** The run had a Job of its own before. */
  again?: boolean;
}

export interface Attempt {
  outcome: Outcome;
  plan: RunPlan | undefined;
  /** The host asked for a cancel, in a word that leaves no doubt. */
  cancelled: boolean;
  witness: JobWitness;
}

const noJob: JobWitness = { existed: false, neverStarted: false };

/** One Job, from its plan to its outcome. */
export async function attempt(input: AttemptInput): Promise<Attempt> {
  const { host, shared, site, telling } = input;
  const { signal } = host;
  const abort = signal && { signal, clock: shared.clock, askStatus: statusQuestion(input) };
  const prepared = await prepare(input);
  if (abort?.signal.aborted) {
    const { is, reason } = await learnAbort(abort);
    return { outcome: stopped(input, is, reason), plan: undefined, cancelled: is === 'cancel', witness: noJob };
  }
  if (!prepared.ok) return { outcome: refused(input, prepared), plan: undefined, cancelled: false, witness: noJob };
  const { plan } = prepared;
  for (const warning of [...skillWarnings(host.config), ...prepared.warnings]) await telling.say(`warning: ${warning}`);
  await politely(() => host.calls.onMeta?.(invocationOf(plan)));
  const redact = textWithout(plan.secretEnv);
  const witness = new Witness({ cluster: site.cluster, clock: shared.clock, namespace: plan.request.namespace });
  const where = recordingOf(input.config, shared.env);
  const recording = where && site.wire.begin({ plan, ...where });
  const handle = site.runtime.start(plan, {
    log: (text) => politely(() => host.calls.onLog?.('stdout', redact(text))),
    transition(transition) {
      witness.hear(transition);
      telling.transition(transition);
      recording?.transition(transition);
    },
    ...(recording && { asking: recording.asking }),
  });
  site.runtime.leftBehind.sweep(plan.request.namespace);
  const obeyed = abort && obeyAbort(abort, handle);
  try {
    const outcome = await handle.outcome;
    const recorded = recording?.end(outcome);
    const cancelled = obeyed?.cancelled() ?? false;
    const testimony = await witness.testify({ wait: mayNeverHaveStarted(outcome) });
    await tellRecording(recorded, where?.directory, input);
    return { outcome, plan, cancelled, witness: testimony };
  } finally {
    void recording?.end(undefined);
    obeyed?.stop();
    witness.close();
  }
}

/** Only then is it worth the wait for the last state of Job and pod. */
function mayNeverHaveStarted({ verdict, evidence, job }: Outcome): boolean {
  const { code } = verdict;
  const failed = code !== null && code !== 'cancelled' && code !== 'k8s_run_handed_over';
  return failed && evidence.transcript.lines === 0 && !evidence.agentStarted && (job === 'deleted' || job === 'none');
}

/** An API that does not answer is asked again, as long as the admission would. */
async function prepare({
  host,
  shared,
  site,
  config,
  prompt,
  sessionId,
  telling,
  again = false,
}: AttemptInput): Promise<Prepared> {
  const { clock, env } = shared;
  const run: RunInput = {
    runId: host.runId,
    agentId: host.agent.id,
    agentName: host.agent.name,
    companyId: host.agent.companyId,
    taskId: host.taskId,
    sessionId,
    prompt,
    config,
    env: runEnv(host, env),
    secretEnv: runSecrets(host),
    traceparent: telling.traceparent,
    start: { as: 'new' },
    again,
    trees: treesOf(host.config),
  };
  const { cluster, runtime, namespace } = site;
  const until = clock.now() + limit.admission;
  for (let tries = 1; ; tries++) {
    const prepared = await prepareRun({ run, cluster, holder: runtime.holder, defaultNamespace: namespace, env });
    if (prepared.ok || prepared.fault === undefined || !isTransient(prepared.fault)) return prepared;
    const dueAt = clock.now() + backoff(tries, limit.retryFirst, limit.retryMax, prepared.fault.retryAfterMs);
    if (dueAt > until || host.signal?.aborted) return prepared;
    await new Promise<void>((resolve) => void clock.at(dueAt, resolve));
  }
}

function statusQuestion({ host, shared }: AttemptInput) {
  const apiUrl = shared.env.PAPERCLIP_API_URL;
  const { authToken, runId } = host;
  if (!apiUrl || authToken === undefined) return undefined;
  return () => askRunStatus(apiUrl, runId, authToken);
}

function refused(input: AttemptInput, { error, fault }: Extract<Prepared, { ok: false }>): Outcome {
  const away = fault !== undefined && isTransient(fault);
  const code = away ? 'k8s_concurrency_guard_unreachable' : 'k8s_job_create_failed';
  const cause = fault === undefined ? 'config_error' : undefined;
  return input.telling.ended(
    refusedOutcome(input.telling.run(placeOf(input)), {
      refusal: { code, cause, detail: error, fault },
    }),
  );
}

/** The abort came before any Job: there is nothing to stop and nothing to let go of. */
function stopped(input: AttemptInput, is: 'cancel' | 'detach', reason: string): Outcome {
  const { telling } = input;
  const at = input.shared.clock.now();
  const why =
    is === 'cancel'
      ? { why: 'cancelled' as const, at, reason, resultBefore: false }
      : { why: 'handed_over' as const, at, to: `nobody: no Job was created (${reason})` };
  return telling.ended(refusedOutcome(telling.run(placeOf(input)), { stop: why }));
}

function placeOf({ config, shared, site }: AttemptInput): string {
  return namespaceOf(config, shared.env, site.namespace);
}
