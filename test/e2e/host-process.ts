import { createInterface } from 'node:readline';
import { type Allowance, brokenBy } from './holds/every-run.ts';
import type { StartInput } from './plan.ts';
import { start } from './start.ts';

/**
 * A host of its own process: each line of standard input is a run to start; what happens is told as JSON lines. SIGTERM
 * lets go of the runs and ends it, as a host does.
 */
const tell = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);
const runs = new Set<Awaited<ReturnType<typeof start>>>();

const plays = new Set<Promise<void>>();

async function play(id: number, input: StartInput & Allowance): Promise<void> {
  const run = await start(input, {
    transition: (transition) =>
      tell({ id, transition: transition.type === 'run_ended' ? { type: 'run_ended' } : transition }),
  });
  runs.add(run);
  const outcome = await run.outcome();
  await run.close();
  runs.delete(run);
  const broken = await brokenBy(run, outcome, input);
  tell({ id, ended: { outcome, jobName: run.jobName, delivered: run.delivered(), broken } });
}

process.on('SIGTERM', () => {
  const released = Promise.all([...runs].map((run) => run.runtime.shutdown('SIGTERM')));
  void released.then(() => Promise.all(plays)).then(() => process.exit(0));
});
process.on('unhandledRejection', (error) => {
  tell({ unhandled: String(error) });
  process.exit(70);
});

for await (const line of createInterface({ input: process.stdin })) {
  const { id, input } = JSON.parse(line);
  const played = play(id, input).catch((error) => void tell({ id, failed: String(error) }));
  plays.add(played);
}
