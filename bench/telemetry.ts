import type { Transition } from '../src/run/transition.ts';
import { createTelemetry, type Telemetry } from '../src/telemetry/telemetry.ts';
import { measure, withFlood } from './flood.ts';
import { openProcess, startRun, succeeded } from './one-run.ts';
import { pairsOf } from './pairs.ts';
import { happy } from './parts.ts';
import { openLoopback } from './place.ts';
import { median, percentile, row, title } from './report.ts';
import { registerSdk } from './sdk.ts';
import type { Heard } from './switched-telemetry.ts';

const bytes = 2 ** 30;
const rate = 10_000;
const stretchBytes = 4 * 2 ** 20;
const rounds = 5;
/** Until all is compiled. */
const warmUp = 16;

/** What telemetry costs: of a log's bytes, of a run, of a scrape. */
export async function benchTelemetry(): Promise<void> {
  await benchLogPath('no SDK', 'none');
  await benchLogPath('an SDK for all signals', 'sdk');
  const run = await wholeRun();
  benchRuns(run);
  await benchScrape(run);
}

async function benchLogPath(name: string, sdk: 'none' | 'sdk'): Promise<void> {
  const more: number[] = [];
  await withFlood(bytes, rate, async (flood) => {
    for (let round = 0; round < rounds; round++) {
      const stretches = await measure<Heard[]>('telemetry-child.ts', [sdk], flood, [`${stretchBytes}`]);
      const pairs = pairsOf(stretches.slice(warmUp), ({ heard }) => heard);
      more.push(...pairs.map(({ on, off }) => on.cpuMs / off.cpuMs - 1));
    }
  });
  title(`CPU time of reading a log, telemetry hears half of it, 4 MiB at a time: ${name} (${more.length} pairs)`);
  row('more for telemetry, median of the pairs', percent(median(more)), 'under 2 %');
  row('half of the pairs lie between', `${percent(percentile(more, 0.25))} and ${percent(percentile(more, 0.75))}`);
}

/** The transitions of a run that succeeds, with as much output as an agent of some minutes has. */
async function wholeRun(): Promise<readonly Transition[]> {
  const place = await openLoopback(happy);
  const process = openProcess(place);
  const seen: Transition[] = [];
  await succeeded(await startRun(place, process, happy, { transition: (transition) => void seen.push(transition) }));
  await process.cluster.close();
  await place.close();
  return seen.flatMap((transition) => (transition.type === 'output' ? Array(200).fill(transition) : [transition]));
}

/** Without an SDK first: what is registered stays. */
function benchRuns(run: readonly Transition[]): void {
  title(`One run of ${run.length} transitions through telemetry`);
  row('without an SDK, median', milliseconds(perRun(run)), 'under 1 ms');
  registerSdk();
  row('with an SDK for all signals, median', milliseconds(perRun(run)));
}

function perRun(transitions: readonly Transition[]): number {
  const telemetry = createTelemetry({ buildVersion: 'bench' });
  for (let run = 0; run < 300; run++) tell(telemetry, transitions);
  const took = Array.from({ length: 1_000 }, () => {
    const from = performance.now();
    tell(telemetry, transitions);
    return performance.now() - from;
  });
  return median(took);
}

function tell(telemetry: Telemetry, run: readonly Transition[]): void {
  const { listener } = telemetry.run({ runId: 'run', at: run[0]?.at ?? 0, model: 'm' });
  for (const transition of run) listener(transition);
}

/** Every series there can be, with exemplars: the SDK of the runs before is registered. */
async function benchScrape(transitions: readonly Transition[]): Promise<void> {
  const telemetry = createTelemetry({ buildVersion: 'bench' });
  for (let model = 0; model < 40; model++) telemetry.run({ runId: 'run', at: 0, model: `model-${model}` });
  tell(telemetry, transitions);
  const took: number[] = [];
  let text = '';
  for (let scrape = 0; scrape < 60; scrape++) {
    const from = performance.now();
    text = await telemetry.registry.metrics();
    if (scrape >= 10) took.push(performance.now() - from);
  }
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  title(`A scrape of the worst case: ${series} series, ${(text.length / 1024).toFixed(0)} KiB`);
  row('median', milliseconds(median(took)), 'under 20 ms');
  row('p95', milliseconds(percentile(took, 0.95)));
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(3)} ms`;
}
