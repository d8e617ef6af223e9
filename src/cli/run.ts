import { systemClock } from '../engine/clock.ts';
import { createRuntime } from '../engine/create-runtime.ts';
import { currentHolder } from '../engine/holder.ts';
import type { RunHandle, Runtime } from '../engine/runtime.ts';
import { diagnosisOf } from '../host/diagnosis.ts';
import { prepareRun } from '../host/prepare.ts';
import { adapterVersion } from '../host/version.ts';
import { createCluster } from '../kubernetes/client.ts';
import { loadKubeConfig } from '../kubernetes/kubeconfig.ts';
import { selfPod } from '../kubernetes/self-pod.ts';
import type { RunPlan } from '../manifest/plan.ts';
import type { Outcome } from '../run/outcome.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { exitCode, exitCodeOf } from './exit-code.ts';
import type { Printer } from './print.ts';
import { type RunFlags, readRun } from './run-options.ts';
import { runView } from './run-view.ts';

/** `claude-k8s run`: one agent run on a cluster, from a terminal. */
export async function run(flags: RunFlags, keys: ReadonlyMap<string, unknown>, printer: Printer): Promise<number> {
  const { env } = process;
  const read = await readRun(flags, keys, printer, env);
  if (!read.ok) return refuse(printer, read.errors, exitCode.usage);
  const loaded = loadKubeConfig(read.run.config.kubeconfig, env);
  if (!loaded.ok) return refuse(printer, [loaded.error], exitCode.cluster);
  const telemetry = createTelemetry({ buildVersion: adapterVersion });
  const cluster = createCluster({ config: loaded.config, clock: systemClock, listener: telemetry.apiListener });
  try {
    const holder = currentHolder(selfPod(env));
    const input = { run: read.run, cluster, holder, defaultNamespace: loaded.namespace, env };
    const prepared = await prepareRun(input);
    if (!prepared.ok) {
      return refuse(printer, [prepared.error], prepared.fault === undefined ? exitCode.usage : exitCode.cluster);
    }
    for (const warning of [...read.warnings, ...prepared.warnings]) printer.err(`warning: ${warning}`);
    const { plan } = prepared;
    const { runId, model } = plan.request;
    const traced = telemetry.run({ runId, at: systemClock.now(), parent: plan.request.traceparent, model });
    const view = runView(printer, {
      raw: flags.raw === true,
      silent: flags.json === true,
      quiet: flags.quiet === true,
    });
    const runtime = createRuntime({ cluster, clock: systemClock, holder });
    const handle = runtime.start(plan, {
      log: view.log,
      transition(transition) {
        traced.listener(transition);
        view.transition(transition);
      },
    });
    const deaf = listenToSignals(handle, runtime, printer);
    try {
      return report(await handle.outcome, plan, flags, printer);
    } finally {
      deaf();
      printer.status(undefined);
    }
  } finally {
    await cluster.close();
  }
}

/** Ctrl-C cancels, and a second one leaves at once; SIGTERM lets go of the Job, which lives on. */
function listenToSignals(handle: RunHandle, runtime: Runtime, printer: Printer): () => void {
  let asked = false;
  const onInterrupt = () => {
    if (asked) {
      printer.err('left without waiting: the Job may still be there');
      process.exit(exitCode.cancelled);
    }
    asked = true;
    printer.err('cancelling the run; press Ctrl-C again to leave without waiting');
    handle.cancel('interrupted from the terminal');
  };
  const onTerminate = () => void runtime.shutdown('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  };
}

function report(outcome: Outcome, plan: RunPlan, flags: RunFlags, printer: Printer): number {
  const { verdict, result } = outcome;
  if (flags.json === true) {
    printer.out(JSON.stringify({ ...diagnosisOf(outcome), result }, null, 2));
  } else if (verdict.code !== null) {
    printer.err(`${verdict.code}${verdict.cause === null ? '' : ` / ${verdict.cause}`}: ${verdict.message}`);
  }
  for (const note of verdict.notes) printer.err(`note: ${note}`);
  if (verdict.code === 'k8s_run_handed_over' && outcome.job === 'left_running') {
    printer.err(`to come back: ${wayBack(outcome, plan, flags)}`);
  }
  return exitCodeOf(outcome);
}

function wayBack({ evidence, cursor }: Outcome, { request, config }: RunPlan, flags: RunFlags): string {
  const words = ['claude-k8s run --attach', evidence.jobName, '--namespace', request.namespace];
  if (config.kubeconfig !== undefined) words.push('--kubeconfig', config.kubeconfig);
  if (cursor !== undefined) words.push('--cursor', `'${cursor}'`);
  if (flags.raw === true) words.push('--raw');
  return words.join(' ');
}

function refuse(printer: Printer, errors: readonly string[], code: number): number {
  for (const error of errors) printer.err(`error: ${error}`);
  return code;
}
