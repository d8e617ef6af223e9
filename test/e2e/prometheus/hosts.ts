import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pacedClock } from '../../../demo/paced-clock.ts';
import { execute } from '../../../src/host/execute.ts';
import { createShared, type SharedInput } from '../../../src/host/shared.ts';
import { kubeconfigFor } from '../../../src/loopback/kubeconfig.ts';
import { startLoopback } from '../../../src/loopback/server.ts';
import { openWorld } from '../../../src/replay/world/world.ts';
import { metrics } from '../../../src/telemetry/catalogue.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import type { Incident } from './replays.ts';
import { until } from './until.ts';

interface Setting {
  env?: NodeJS.ProcessEnv;
  recorder?: SharedInput['recorder'];
  /** Where bundles go, in a folder that is there. */
  incidentDir?: string;
}

/** Hosts whose surroundings are not what they should be, or which keep what they see. */
export const hosts = {
  /** Its folder holds one bundle: the one before goes. */
  recordsAll: () => ({ incidentDir: 'bundles', recorder: { folder: { bundles: 1, bytes: 1024 ** 3 } } }),
  folderIsAFile: () => ({ incidentDir: 'a file' }),
  littleMemory: () => ({ incidentDir: 'bundles', recorder: { bytesMax: 20_000 } }),
  exporterAway: async () => ({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await closedPort()}` } }),
} as const satisfies Record<string, () => Setting | Promise<Setting>>;

export type HostName = keyof typeof hosts;

const speed = 60;

/** Runs of one host, one after another: its cluster is the recorded one behind a real socket, and goes on as it went, only faster. */
export async function runIn(telemetry: Telemetry, name: HostName, incident: Incident, times: number): Promise<void> {
  const { env = {}, recorder = {}, incidentDir }: Setting = await hosts[name]();
  const folder = mkdtempSync(join(tmpdir(), 'claude-k8s-host-'));
  writeFileSync(join(folder, 'a file'), '');
  try {
    for (let time = 0; time < times; time++) {
      const { history, own } = incident;
      const clock = pacedClock(history.startedAt, speed);
      const api = await startLoopback(clock);
      openWorld({ history, own, clock, api });
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, kubeconfigFor(api.url, history.request.namespace).exportConfig());
      const shared = createShared({ clock, env, host: new EventEmitter(), telemetry, recorder });
      const { agentId, taskId, limits } = history.request;
      const runId = randomUUID();
      const config = { kubeconfig, image: 'recorded', recordIncidents: 'all', ...limits };
      const before = await bundlesTold(telemetry);
      const kept = incidentDir === undefined ? {} : { incidentDir: join(folder, incidentDir) };
      await execute(
        {
          ...{ runId, agent: { id: agentId, name: 'host' }, runtime: { taskKey: taskId } },
          ...{ config: { ...config, ...kept }, context: { paperclipTaskMarkdown: 'Do what was recorded.' } },
        },
        shared,
      );
      await shared.lookForExporter();
      // A bundle is written after the run is over, and its folder must be there until then.
      if (incidentDir !== undefined) {
        await until('a bundle', 10, async () => ((await bundlesTold(telemetry)) > before ? true : undefined));
      }
      await shared.close();
      await api.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bundles that were written, and those that could not be. Once it was scraped, the registry tells names of counters without their end. */
async function bundlesTold({ registry }: Telemetry): Promise<number> {
  const all = await registry.getMetricsAsJSON();
  const ending = /_total$/;
  const wanted = metrics.incidentBundles.name.replace(ending, '');
  const values = all.find(({ name }) => name.replace(ending, '') === wanted)?.values ?? [];
  const told = values.filter(({ labels }) => labels.result === 'written' || labels.result === 'failed');
  return told.reduce((sum, { value }) => sum + value, 0);
}

/** A port that was free a moment ago: nobody listens there. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
