import type { AdapterConfig } from '../manifest/config.ts';
import type { AdapterResult } from './adapter-result.ts';
import { type Attempt, attempt } from './attempt.ts';
import { billingOf } from './billing.ts';
import { isStopped } from './cancel.ts';
import { type HostContext, readContext } from './context.ts';
import { politely } from './courtesy.ts';
import { configOfRun, readHostConfig } from './host-config.ts';
import { renderPrompt } from './prompt.ts';
import { refusedOutcome } from './refusal.ts';
import { resultOf } from './result.ts';
import { isSessionId } from './session.ts';
import { type Shared, type Site, sharedHost } from './shared.ts';
import { beginTelling, type Telling } from './telling.ts';

/** One agent run for the host: from its context to its result. Whatever is wrong is a result, not a throw. */
export async function execute(ctx: unknown, shared: Shared = sharedHost()): Promise<AdapterResult> {
  const read = readContext(ctx);
  if (!read.ok) throw new TypeError(`execute: ${read.error}`);
  const host = read.context;
  const parsed = readHostConfig(host.config);
  const telling = begin(host, shared, parsed.ok ? parsed.config.model : undefined);
  await tellNews(shared, telling, parsed.ok ? parsed.warnings : []);
  if (!parsed.ok) return refuse(host, shared, telling, parsed.errors);
  const config = configOfRun(parsed.config, host, shared.env);
  const opened = shared.site(config.kubeconfig);
  if (!opened.ok) return refuse(host, shared, telling, [opened.error]);
  // From here on a cancel is ours to carry out: the host waits for the pod's end instead of forgetting the run.
  await politely(() => host.calls.onCancellationReady?.());
  return run({ host, shared, site: opened.site, config, telling });
}

interface Work {
  host: HostContext;
  shared: Shared;
  site: Site;
  config: AdapterConfig;
  telling: Telling;
}

async function run(work: Work): Promise<AdapterResult> {
  const { host, config, telling } = work;
  const sessionId = await sessionToResume(host, telling);
  const prompt = renderPrompt(host, config, { resumed: sessionId !== undefined });
  const first = await attempt({ ...work, prompt, sessionId });
  if (isSessionGone(first, work)) {
    await telling.say(`Claude no longer has session ${sessionId}: the run begins again with a new one`);
    return goOn(work, first, undefined);
  }
  const session = sessionToGoOnWith(first, work);
  if (session === undefined) return conclude(work, [first], sessionId);
  await telling.say(`the adopted Job has ended; its session ${session} goes on with the prompt of this run`);
  return goOn(work, first, session);
}

/** A second Job in the same run, of which the first one's end is no verdict. */
async function goOn(work: Work, first: Attempt, sessionId: string | undefined): Promise<AdapterResult> {
  const { host, shared, config, telling } = work;
  const again = { ...work, telling: begin(host, shared, config.model, telling.traceparent) };
  const prompt = renderPrompt(host, config, { resumed: sessionId !== undefined });
  const second = await attempt({ ...again, prompt, sessionId, again: true });
  return conclude(again, [first, second], sessionId);
}

function begin(host: HostContext, shared: Shared, model: string | undefined, parent?: string): Telling {
  return beginTelling({ host, shared, model, parent });
}

/** Claude refused before it did anything: its sessions are files, and a pod without a volume keeps none. */
function isSessionGone({ outcome, cancelled }: Attempt, { host, shared }: Work): boolean {
  const { verdict, evidence, promptDelivered } = outcome;
  if (verdict.code !== 'session_unavailable' || !promptDelivered || evidence.transcript.sawContent) return false;
  return !cancelled && !host.signal?.aborted && !shared.ending;
}

/** After an adopted Job that worked on another prompt, and only when it succeeded and nobody has asked to stop. */
function sessionToGoOnWith({ outcome, cancelled }: Attempt, { host, config }: Work): string | undefined {
  if (!config.continueAfterAdoption || outcome.promptDelivered || outcome.verdict.code !== null) return undefined;
  return cancelled || host.signal?.aborted ? undefined : outcome.evidence.transcript.sessionId;
}

async function conclude(
  { shared, telling }: Pick<Work, 'shared' | 'telling'>,
  attempts: readonly [Attempt, ...Attempt[]],
  sessionId: string | undefined,
): Promise<AdapterResult> {
  const last = attempts.at(-1) ?? attempts[0];
  const { outcome, plan, witness, cancelled } = last;
  // A host that goes down hears nothing more from a run that only let go of its Job.
  if (shared.ending && outcome.verdict.code === 'k8s_run_handed_over') return new Promise(() => {});
  await telling.flushed();
  return resultOf({
    outcomes: [attempts[0].outcome, ...attempts.slice(1).map((one) => one.outcome)],
    witness,
    billing: billingOf(plan),
    sessionId,
    traceId: telling.traceId,
    cancelAcknowledgedAt: cancelled && isStopped(outcome) ? shared.clock.now() : undefined,
  });
}

async function refuse(host: HostContext, shared: Shared, telling: Telling, errors: readonly string[]) {
  const refusal = { code: 'k8s_job_create_failed', cause: 'config_error', fault: undefined } as const;
  const outcome = telling.ended(
    refusedOutcome(telling.run(undefined), { refusal: { ...refusal, detail: errors.join('; ') } }),
  );
  const witness = { existed: false, neverStarted: false };
  return conclude({ shared, telling }, [{ outcome, plan: undefined, cancelled: false, witness }], host.sessionId);
}

/** Claude refuses an id that is none of its own, so that the run begins a session instead. */
async function sessionToResume({ sessionId }: HostContext, telling: Telling): Promise<string | undefined> {
  if (sessionId === undefined || isSessionId(sessionId)) return sessionId;
  await telling.say(
    `session ${JSON.stringify(sessionId.slice(0, 80))} is no session of Claude Code; a new one is begun`,
  );
  return undefined;
}

/** What is wrong with the process or the configuration, once per process and not once per run. */
async function tellNews(shared: Shared, telling: Telling, warnings: readonly string[]): Promise<void> {
  const metrics = await shared.metrics;
  const open = metrics.serving && metrics.warning !== undefined ? [metrics.warning] : [];
  // What is found out about the exporters now is news for the next run: none waits for it.
  void shared.lookForExporter();
  for (const text of [...warnings, ...open, ...shared.telemetry.health.problems()]) {
    if (shared.isNews(text)) await telling.say(`warning: ${text}`);
  }
}
