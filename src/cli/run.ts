import type { ClaudeResult } from '../claude/transcript.ts';
import { systemClock } from '../engine/clock.ts';
import { createRuntime } from '../engine/create-runtime.ts';
import { currentHolder } from '../engine/holder.ts';
import type { Runtime } from '../engine/runtime.ts';
import { failures } from '../failure/table.ts';
import { createCluster } from '../kubernetes/client.ts';
import { loadKubeConfig } from '../kubernetes/kubeconfig.ts';
import { selfPod } from '../kubernetes/self-pod.ts';
import type { RunPlan } from '../manifest/plan.ts';
import { diagnosisOf } from '../prepare/diagnosis.ts';
import { prepareRun } from '../prepare/prepare.ts';
import { adapterVersion } from '../prepare/version.ts';
import { Recorder, type Wire } from '../record/recorder.ts';
import { recordingOf } from '../record/where.ts';
import type { Outcome } from '../run/outcome.ts';
import { createTelemetry, type RunTelemetry } from '../telemetry/telemetry.ts';
import { whyNotAttached } from './attach.ts';
import { exitCode, exitCodeOf } from './exit-code.ts';
import { exporting } from './exporting.ts';
import type { Printer } from './print.ts';
import { type RunFlags, readRun } from './run-options.ts';
import { runView } from './run-view.ts';
import { listenBefore, listenToSignals } from './signals.ts';
import { tellRecording } from './tell-recording.ts';
import { wayBack } from './way-back.ts';

/** `claude-k8s run`: one agent run on a cluster, from a terminal. */
export async function run(
  flags: RunFlags,
  keys: ReadonlyMap<string, unknown>,
  printer: Printer,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const read = await readRun(flags, keys, printer, env);
  if (!read.ok) return refuse(printer, read.errors, exitCode.usage);
  const loaded = loadKubeConfig(read.run.config.kubeconfig, env);
  if (!loaded.ok) return refuse(printer, [loaded.error], exitCode.cluster);
  return exporting(printer, () => runOn(loaded, read, { flags, keys, printer, env }));
}

type Ready<T> = Extract<T, { ok: true }>;

async function runOn(
  loaded: Ready<ReturnType<typeof loadKubeConfig>>,
  read: Ready<Awaited<ReturnType<typeof readRun>>>,
  { flags, keys, printer, env }: Pick<Following, 'flags' | 'keys' | 'printer' | 'env'>,
): Promise<number> {
  const telemetry = createTelemetry({ buildVersion: adapterVersion });
  const { runId, config, traceparent: parent } = read.run;
  const traced = telemetry.run({ runId, at: systemClock.now(), parent, model: config.model });
  const wire = new Recorder({ clock: systemClock, build: adapterVersion }).wire();
  const recorded = recordingOf(config, env) !== undefined;
  const cluster = createCluster({
    config: loaded.config,
    clock: systemClock,
    listener: telemetry.apiListener,
    tap: recorded ? wire.tap : undefined,
  });
  const connected = listenBefore(printer);
  try {
    const holder = currentHolder(selfPod(env));
    const run = { ...read.run, traceparent: traced.traceparent };
    const input = { run, cluster, holder, defaultNamespace: loaded.namespace, env };
    const prepared = await prepareRun(input);
    if (!prepared.ok) {
      return refuse(printer, [prepared.error], prepared.blame === 'input' ? exitCode.usage : exitCode.cluster);
    }
    const { plan } = prepared;
    if (flags.attach !== undefined) {
      const refused = await whyNotAttached(cluster, plan.request.namespace, flags.attach);
      if (refused !== undefined) return refuse(printer, [refused.error], refused.code);
    }
    for (const warning of [...read.warnings, ...prepared.warnings]) printer.err(`warning: ${warning}`);
    const runtime = createRuntime({ cluster, clock: systemClock, holder });
    connected();
    return await follow({ runtime, traced, plan, flags, keys, printer, env, wire });
  } finally {
    connected();
    await cluster.close();
  }
}

interface Following {
  runtime: Runtime;
  traced: RunTelemetry;
  plan: RunPlan;
  flags: RunFlags;
  keys: ReadonlyMap<string, unknown>;
  printer: Printer;
  env: NodeJS.ProcessEnv;
  wire: Wire;
}

async function follow({ runtime, traced, plan, flags, keys, printer, env, wire }: Following): Promise<number> {
  const { namespace, jobName } = plan.request;
  const { raw = false, json: silent = false, quiet = false } = flags;
  const view = runView(printer, { raw, silent, quiet });
  const where = recordingOf(plan.config, env);
  const recording = where && wire.begin({ plan, ...where });
  const handle = runtime.start(plan, {
    log: view.log,
    transition(transition) {
      traced.listener(transition);
      view.transition(transition);
      recording?.transition(transition);
    },
    ...(recording && { asking: recording.asking }),
  });
  const job = flags.attach ?? jobName;
  const back = (cursor?: string) => `to come back: ${wayBack({ job, namespace, cursor, flags, keys, env })}`;
  printer.whenClosed(() => printer.err('standard output is closed: the run goes on, Ctrl-C cancels it'));
  const signals = listenToSignals(handle, runtime, printer, `Job ${job} in namespace ${namespace}`);
  try {
    const outcome = await Promise.race([handle.outcome, signals.left]);
    printer.status(undefined);
    if (outcome !== 'left') {
      const code = report(withWayBack(outcome, flags), back, flags, printer);
      const when = outcome.verdict.code === 'k8s_run_handed_over' ? 'leaving' : 'done';
      await tellRecording(recording?.end(outcome), when, printer);
      return code;
    }
    printer.err(
      'left without an answer of the Kubernetes API: for 3 minutes the Job may still count as held by this run',
    );
    printer.err(back(handle.cursor()));
    await tellRecording(recording?.end(undefined), 'leaving', printer);
    return exitCode.handedOver;
  } finally {
    printer.status(undefined);
    signals.stop();
  }
}

/** Only a run with the same agent and the same task takes the Job over by itself: what has no name of its own has no next run. */
function withWayBack(outcome: Outcome, { agent, task }: RunFlags): Outcome {
  const { verdict, job } = outcome;
  if (verdict.code !== 'k8s_run_handed_over' || job !== 'left_running') return outcome;
  if (agent !== undefined && task !== undefined) return outcome;
  const { remedy } = failures[verdict.code];
  return {
    ...outcome,
    verdict: { ...verdict, message: verdict.message.replace(remedy, 'Come back with the command below.') },
  };
}

function report(outcome: Outcome, back: (cursor?: string) => string, flags: RunFlags, printer: Printer): number {
  const { verdict, result, cursor } = outcome;
  if (flags.json === true) {
    printer.out(JSON.stringify({ ...diagnosisOf(outcome), result }, null, 2));
  } else if (verdict.code !== null) {
    printer.err(`${verdict.code}${verdict.cause === null ? '' : ` / ${verdict.cause}`}: ${verdict.message}`);
  } else if (flags.quiet !== true && result !== undefined) {
    printer.err(`succeeded: ${summaryOf(result)}`);
  }
  for (const note of verdict.notes) printer.err(`note: ${note}`);
  if (verdict.code === 'k8s_run_handed_over' && outcome.job === 'left_running') printer.err(back(cursor));
  return exitCodeOf(outcome);
}

function summaryOf({ numTurns, costUsd, sessionId }: ClaudeResult): string {
  return [
    ...(numTurns === undefined ? [] : [`${numTurns} turn${numTurns === 1 ? '' : 's'}`]),
    ...(costUsd === undefined ? [] : [`${costUsd.toFixed(4)} USD`]),
    ...(sessionId === undefined ? [] : [`session ${sessionId}`]),
  ].join(', ');
}

function refuse(printer: Printer, errors: readonly string[], code: number): number {
  for (const error of errors) printer.err(`error: ${error}`);
  return code;
}
