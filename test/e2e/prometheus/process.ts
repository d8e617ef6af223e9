import { logs as logsApi } from '@opentelemetry/api-logs';
import { logs } from '@opentelemetry/sdk-node';
import { adapterVersion } from '../../../src/prepare/version.ts';
import { replayableIn } from '../../../src/replay/entry.ts';
import { serveMetrics } from '../../../src/telemetry/server.ts';
import { createTelemetry } from '../../../src/telemetry/telemetry.ts';
import { type HostName, runIn } from './hosts.ts';
import { Replays, readIncident, type Until } from './replays.ts';
import type { Twist } from './twists.ts';

/** One recorded incident once: to its end, until something was told, or in a host of its own, so often. */
export interface Task {
  bundle: string;
  twist?: Twist | undefined;
  until?: Until | undefined;
  brokenTracer?: boolean | undefined;
  host?: { name: HostName; times: number } | undefined;
}

/** What a replay prints, of one run. */
export interface Answer {
  traceId?: string | undefined;
  spans?: number;
  code?: unknown;
  error?: string;
}

/** One process of the adapter as a host has it: one telemetry and one registry for all its runs, served where Prometheus looks. */
async function main(): Promise<void> {
  // A host with an SDK for logs; who takes them is not looked at here.
  logsApi.setGlobalLoggerProvider(new logs.LoggerProvider());
  const telemetry = createTelemetry({ buildVersion: adapterVersion });
  const replays = new Replays(replayableIn(() => telemetry));
  const served = await serveMetrics(telemetry.registry, { CLAUDE_K8S_METRICS_PORT: '0' });
  if (!served.serving) throw new Error(served.error);

  async function answer({ bundle, twist, until, brokenTracer = false, host }: Task): Promise<Answer> {
    const incident = await readIncident(bundle, twist);
    if (until !== undefined) return replays.hold(incident, until);
    if (host === undefined) return replays.play(incident, brokenTracer);
    await runIn(telemetry, host.name, incident, host.times);
    return {};
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
