import { tracing } from '@opentelemetry/sdk-node';
import { adapterVersion } from '../../../src/prepare/version.ts';
import type { Frame } from '../../../src/record/frame.ts';
import { openBundle } from '../../../src/record/read-bundle.ts';
import { replayableIn } from '../../../src/replay/entry.ts';
import { historyOf } from '../../../src/replay/history/build.ts';
import { perturbed } from '../../../src/replay/perturb/perturbation.ts';
import { play } from '../../../src/replay/play.ts';
import { ownWrites } from '../../../src/replay/world/own-writes.ts';
import { serveMetrics } from '../../../src/telemetry/server.ts';
import { createTelemetry } from '../../../src/telemetry/telemetry.ts';
import { type Tale, told } from './told.ts';

/** `storm`: the API answers so for the first minutes of what was recorded. */
export type Task = { do: 'play'; bundle: string; storm?: 429 } | { do: 'tell'; tale: Tale };
/** What a replay prints, of one run. */
export interface Answer {
  traceId?: string | undefined;
  spans?: number;
  code?: unknown;
  error?: string;
}

const stormMs = 5 * 60_000;

/** One process of the adapter as a host has it: one telemetry and one registry for all its runs, served where Prometheus looks. */
async function main(): Promise<void> {
  const exporter = new tracing.InMemorySpanExporter();
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('replay');
  const telemetry = createTelemetry({ buildVersion: adapterVersion });
  const build = replayableIn(() => telemetry);
  const served = await serveMetrics(telemetry.registry, { CLAUDE_K8S_METRICS_PORT: '0' });
  if (!served.serving) throw new Error(served.error);

  async function replay({ bundle, storm }: Extract<Task, { do: 'play' }>): Promise<Answer> {
    const frames: Frame[] = [];
    for await (const frame of (await openBundle(bundle)).frames) frames.push(frame);
    const recorded = historyOf(frames);
    const from = recorded.startedAt;
    const history =
      storm === undefined
        ? recorded
        : perturbed(recorded, [{ is: 'storm', from, to: from + stormMs, status: storm, retryAfter: '1' }]);
    exporter.reset();
    const { diagnosis, traceId } = await play({ build, history, own: ownWrites(frames), tracer });
    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId).length;
    return { traceId, spans, code: diagnosis.code };
  }

  async function answer(task: Task): Promise<Answer> {
    if (task.do === 'play') return replay(task);
    const traceId = told[task.tale](telemetry, tracer);
    return typeof traceId === 'string' ? { traceId } : {};
  }

  process.on('message', (task: Task) => {
    answer(task).then(
      (done) => process.send?.(done),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  process.send?.({ url: served.url });
}

await main();
