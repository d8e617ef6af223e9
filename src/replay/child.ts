import { performance } from 'node:perf_hooks';
import { type Tracer, trace } from '@opentelemetry/api';
import { systemClock } from '../engine/clock.ts';
import { adapterVersion } from '../prepare/version.ts';
import { BundleError } from '../record/read-bundle.ts';
import { scope } from '../telemetry/host-sdk.ts';
import { flushMs, type OtlpExport, startOtlpExport } from '../telemetry/otlp-export.ts';
import { contract, type Replayable } from './contract.ts';
import { foreignPlayer, isAdapterPackage } from './foreign/package.ts';
import type { Reference } from './judge/judge.ts';
import { outliveParentBy } from './lifeline.ts';
import { inVirtualTime, type OneInput, type Player, type Replayed, referenceBy, replayOne } from './one.ts';

export type Task = ({ do: 'judge' } & OneInput) | { do: 'reference'; path: string } | { do: 'finish' };
export type TaskAnswer =
  | { ok: true; replayed: Replayed }
  | { ok: true; reference: Reference }
  | { ok: true; exported: string | undefined }
  | { ok: false; fault: 'bundle' | 'harness'; error: string };

/** A process of its own for one build: two builds share no module, and what one breaks is its own. */
async function main(entry: string, speed: number): Promise<void> {
  // Whoever does hear that it is gone has the time for an export.
  outliveParentBy(flushMs + 1_000);
  // Before the build is loaded: it asks for what is registered.
  const exports = await startOtlpExport({ service: 'claude-k8s-replay', version: adapterVersion, clock: systemClock });
  const player = playerOf(entry, await import(entry), speed, exports && trace.getTracer(scope, adapterVersion));
  outliveSignals(exports);
  process.on('message', (task: Task) => {
    void answer(player, exports, task).then((answered) => process.send?.(answered));
  });
  process.send?.('ready');
}

/** A terminal signals all of its group: whoever began this process tells it to end, or is gone. What was done is exported first. */
function outliveSignals(exports: OtlpExport | undefined): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  const leave = (code: number) => void Promise.resolve(exports?.finish()).finally(() => process.exit(code));
  process.once('disconnect', () => leave(0));
  process.once('uncaughtException', (error) => {
    const answer: TaskAnswer = { ok: false, fault: 'harness', error: error.stack ?? error.message };
    process.send?.(answer, () => leave(1));
  });
}

/** @throws Error for a module that is neither a build of this product nor an adapter of the host */
function playerOf(entry: string, module: { replayable?: Replayable }, speed: number, tracer?: Tracer): Player {
  const { replayable } = module;
  if (replayable === undefined && isAdapterPackage(module)) return foreignPlayer(entry, module, speed);
  if (replayable === undefined)
    throw new Error(`${entry}: it is no adapter: its package exports no ./replay, and no createServerAdapter()`);
  if (replayable.contract === contract) return inVirtualTime(replayable, tracer);
  throw new Error(
    `${entry}: it speaks version ${replayable.contract} of the replay contract, this is version ${contract}`,
  );
}

async function answer(player: Player, exports: OtlpExport | undefined, task: Task): Promise<TaskAnswer> {
  try {
    if (task.do === 'finish') return { ok: true, exported: await exports?.finish() };
    if (task.do === 'reference') return { ok: true, reference: await referenceBy(player, task.path) };
    return { ok: true, replayed: await replayOne(player, task, () => performance.now()) };
  } catch (error) {
    if (error instanceof BundleError) return { ok: false, fault: 'bundle', error: error.message };
    return {
      ok: false,
      fault: 'harness',
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

await main(process.argv[2] ?? '', Number(process.argv[3] ?? 1));
