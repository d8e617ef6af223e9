import { createInterface } from 'node:readline';
import { type StartInput, start } from './start.ts';

/**
 * A host of its own process: each line of standard input is a run to start; what happens is told as JSON lines. SIGTERM
 * lets go of the runs and ends it, as a host does.
 */
const tell = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);
const runs = new Set<Awaited<ReturnType<typeof start>>>();

async function play(id: number, input: StartInput): Promise<void> {
  const run = await start(input, {
    transition: (transition) =>
      tell({ id, transition: transition.type === 'run_ended' ? { type: 'run_ended' } : transition }),
  });
  runs.add(run);
  const outcome = await run.outcome();
  const { code, cause, message } = outcome.verdict;
  await run.close();
  runs.delete(run);
  tell({ id, ended: { code, cause, message, job: outcome.job, jobName: run.jobName, lines: run.lines() } });
}

process.on('SIGTERM', () => {
  void Promise.all([...runs].map((run) => run.runtime.shutdown('SIGTERM'))).then(() => process.exit(0));
});
process.on('unhandledRejection', (error) => {
  tell({ unhandled: String(error) });
  process.exit(70);
});

for await (const line of createInterface({ input: process.stdin })) {
  const { id, input } = JSON.parse(line);
  void play(id, input).catch((error) => tell({ id, failed: String(error) }));
}
