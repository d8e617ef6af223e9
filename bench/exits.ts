import { openProcess, startRun, succeeded } from './one-run.ts';
import { happy } from './parts.ts';
import { isRealCluster, openPlace } from './place.ts';
import { percentile, row, title } from './report.ts';

const runs = isRealCluster ? 10 : 40;

/** From the watch event with the container's end to the result, log read to its end and Job cleaned up. */
export async function benchExits(): Promise<void> {
  const place = await openPlace(happy);
  const process = openProcess(place);
  const waits: number[] = [];
  for (let number = 0; number < runs; number++) {
    let seenAt: number | undefined;
    const run = await startRun(place, process, happy, {
      transition({ type }) {
        if (type === 'container_ended') seenAt = performance.now();
      },
    });
    await succeeded(run);
    if (seenAt === undefined) throw new Error('the end of the container was not seen');
    waits.push(performance.now() - seenAt);
  }
  await process.cluster.close();
  await place.close();
  title(`From the reported exit to the result, ${runs} runs (${place.name})`);
  row('p50', `${percentile(waits, 0.5).toFixed(1)} ms`);
  row('p95', `${percentile(waits, 0.95).toFixed(1)} ms`, 'under 300 ms');
}
