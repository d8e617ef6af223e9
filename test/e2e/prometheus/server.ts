import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { promtool, toolPath } from './tools.ts';
import { until } from './until.ts';

export interface Sample {
  metric: Readonly<Record<string, string>>;
  /** Seconds and value, as text. */
  values: readonly (readonly [number, string])[];
}

export interface Exemplar {
  seriesLabels: Readonly<Record<string, string>>;
  exemplars: readonly { labels: Readonly<Record<string, string>>; value: string }[];
}

export interface FiringAlert {
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  state: string;
}

/** A real Prometheus on loopback, with its data in a folder that goes when it stops. */
export class Prometheus {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.child = child;
    this.folder = folder;
    this.url = url;
  }

  /** `before`: in the OpenMetrics format, what it has known for longer. */
  static async start(target: string, rules: string, before?: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'claude-k8s-prometheus-'));
    writeFileSync(join(folder, 'rules.yaml'), rules);
    writeFileSync(join(folder, 'prometheus.yaml'), stringify(configuration(target)));
    if (before !== undefined) {
      writeFileSync(join(folder, 'before.txt'), before);
      await promtool('tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'before.txt'), join(folder, 'data'));
    }
    const port = await freePort();
    const args = [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
      '--log.level=warn',
    ];
    const child = spawn(toolPath('prometheus'), args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const server = new Prometheus(child, folder, `http://127.0.0.1:${port}`);
    await until('Prometheus is ready', 30, async () => {
      const answer = await fetch(`${server.url}/-/ready`).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    });
    return server;
  }

  /** @throws Error with what Prometheus says of a query that it refuses */
  async ask<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error }: { status: string; data: T; error?: string } = JSON.parse(await answer.text());
    if (status !== 'success') throw new Error(`${path} ${JSON.stringify(parameters)}: ${error}`);
    return data;
  }

  async range(query: string, start: number, end: number, step: number): Promise<readonly Sample[]> {
    const parameters = { query, start: String(start), end: String(end), step: String(step) };
    return (await this.ask<{ result: readonly Sample[] }>('query_range', parameters)).result;
  }

  async once(query: string, time: number): Promise<readonly Sample[]> {
    type Vector = { result: readonly { metric: Sample['metric']; value: Sample['values'][number] }[] };
    const { result } = await this.ask<Vector>('query', { query, time: String(time) });
    return result.map(({ metric, value }) => ({ metric, values: [value] }));
  }

  async exemplars(query: string, start: number, end: number): Promise<readonly Exemplar[]> {
    return this.ask('query_exemplars', { query, start: String(start), end: String(end) });
  }

  /** What an alert asks, as Prometheus has it. */
  async queryOf(alert: string): Promise<string> {
    const { groups } = await this.ask<{ groups: readonly { rules: readonly { name: string; query: string }[] }[] }>(
      'rules',
    );
    const rule = groups.flatMap(({ rules }) => rules).find(({ name }) => name === alert);
    if (rule === undefined) throw new Error(`Prometheus knows no alert ${alert}`);
    return rule.query;
  }

  /** Names of alerts that fire. */
  async firing(): Promise<readonly FiringAlert[]> {
    const { alerts } = await this.ask<{ alerts: readonly FiringAlert[] }>('alerts');
    return alerts.filter(({ state }) => state === 'firing');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const job = 'claude-k8s';
export const targetLabels = { namespace: 'agents', cluster: 'main' } as const;

function configuration(target: string) {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    storage: { exemplars: { max_exemplars: 100_000 } },
    rule_files: ['rules.yaml'],
    scrape_configs: [
      {
        job_name: job,
        static_configs: [{ targets: [target], labels: targetLabels }],
      },
    ],
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
