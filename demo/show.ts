import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tracing } from '@opentelemetry/sdk-node';
import type { Printer } from '../src/cli/print.ts';
import { runView } from '../src/cli/run-view.ts';
import type { AdapterResult } from '../src/host/adapter-result.ts';
import { execute } from '../src/host/execute.ts';
import { createShared } from '../src/host/shared.ts';
import { kubeconfigFor } from '../src/loopback/kubeconfig.ts';
import { startLoopback } from '../src/loopback/server.ts';
import { openWorld } from '../src/replay/world/world.ts';
import type { Incident } from './incident.ts';
import { pacedClock } from './paced-clock.ts';

export interface Shown {
  result: AdapterResult;
  spans: readonly tracing.ReadableSpan[];
  scrape: string;
}

/** Runs the adapter as Paperclip does, against the cluster of an incident that goes on as it went. */
export async function show(
  { history, own }: Incident,
  speed: number,
  printer: Printer,
  incidentDir: string,
): Promise<Shown> {
  const clock = pacedClock(history.startedAt, speed);
  const api = await startLoopback(clock);
  const world = openWorld({ history, own, clock, api });
  const folder = await mkdtemp(join(tmpdir(), 'claude-k8s-demo-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(api.url, history.request.namespace).exportConfig());
  const exporter = new tracing.InMemorySpanExporter();
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  const shared = createShared({ clock, env: { CLAUDE_K8S_METRICS_PORT: '0' } });
  const abort = new AbortController();
  world.told((_, reason) => abort.abort(new Error(reason)));
  const view = runView(printer, { raw: false, silent: false, quiet: false });
  const { request } = history;
  try {
    const result = await execute(
      {
        runId: request.runId,
        agent: { id: request.agentId, name: 'demo' },
        runtime: { taskKey: request.taskId },
        config: { kubeconfig, image: 'recorded', incidentDir, recordIncidents: 'all', ...request.limits },
        context: { paperclipTaskMarkdown: 'Do what was recorded.' },
        startupTraceContext: { tracer: provider.getTracer('demo') },
        signal: abort.signal,
        onLog: (_: string, text: string) => view.log(text),
        onEvent: ({ message }: { message: string }) => printer.live && printer.status(message),
      },
      shared,
    );
    return { result, spans: exporter.getFinishedSpans(), scrape: await shared.telemetry.registry.metrics() };
  } finally {
    printer.status(undefined);
    await shared.close();
    await api.close();
    remove();
    process.off('exit', remove);
  }
}

/** So fast that it is over in about so many seconds, but never slower than it was. */
export function speedFor({ history }: Incident, seconds: number): number {
  return Math.max(1, (history.endedAt - history.startedAt) / 1000 / seconds);
}
