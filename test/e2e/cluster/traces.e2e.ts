import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OtlpReceiver } from '../../telemetry/otlp-receiver.ts';
import { ownNamespace } from '../namespace.ts';
import { scaledRules } from '../prometheus/scaled-rules.ts';
import { freePort, Prometheus } from '../prometheus/server.ts';
import { kubectl, surroundings, until } from '../tools.ts';

const namespace = ownNamespace('e2e-traces');
const { agentImage, messagesApi } = surroundings();
/** Pods reach it where they reach the Messages API. */
const collector = new OtlpReceiver(new URL(messagesApi).hostname);
let endpoint = '';
const hosts: Host[] = [];
/** A host that comes back is scraped where the one before it was. */
let metricsPort = 0;
let prometheus: Prometheus | undefined;

beforeAll(async () => {
  endpoint = await collector.open();
  metricsPort = await freePort();
  // The expressions are the shipped ones; only what they wait for is shorter, five minutes become a second.
  prometheus = await Prometheus.start(`127.0.0.1:${metricsPort}`, scaledRules());
});
afterAll(async () => {
  await prometheus?.stop();
  await Promise.all(hosts.map((host) => host.end('SIGKILL')));
  await collector.close();
});

interface Told {
  log?: string;
  answer?: { errorCode?: string; resultJson: Record<string, unknown> };
}

/** A host process with one run, that exports to the collector. */
class Host {
  readonly told: Told[] = [];
  private readonly child: ChildProcess;
  private readonly words: Promise<string>;

  constructor(run: Record<string, unknown>, traceparent: string) {
    this.child = spawn(process.execPath, [join(import.meta.dirname, '..', 'traced-host.ts'), JSON.stringify(run)], {
      stdio: 'pipe',
      env: {
        ...process.env,
        TRACEPARENT: traceparent,
        CLAUDE_K8S_METRICS_PORT: String(metricsPort),
        OTEL_SERVICE_NAME: 'host',
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => this.told.push(JSON.parse(line)));
    this.words = text(stderr);
    hosts.push(this);
  }

  async until<T>(what: string, find: (told: Told) => T | undefined): Promise<T> {
    const found = () => this.told.map(find).find((one) => one !== undefined);
    return until(
      what,
      async () => {
        if (this.child.exitCode !== null) throw new Error(`the host ended: ${await this.words}`);
        return found();
      },
      120,
    );
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }
}

function input(agent: string) {
  const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '2', memory: '1Gi' } };
  const env = {
    ANTHROPIC_BASE_URL: `${messagesApi}/sleep-90`,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    IS_SANDBOX: '1',
  };
  return {
    runId: randomUUID(),
    agent: { id: agent, name: 'Scout', companyId: 'c-1' },
    context: { taskId: 'task-1' },
    config: { namespace, image: agentImage, resources, env, 'telemetry.claudeCode': true },
  };
}

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

const alert = 'ClaudeK8sJobDeletedExternally';
const deleted = 'k8s_job_deleted_externally';

/** Prometheus has seen the series of this process at 0. */
async function scrapedSince(from: number, prometheus: Prometheus): Promise<void> {
  await until('a scrape of the second host', async () => {
    const [sample] = await prometheus.once(`timestamp(claude_k8s_errors_total{code="${deleted}"})`, Date.now() / 1000);
    return Number(sample?.values[0]?.[1] ?? 0) > from;
  });
}

test("one trace from an alert's exemplar to the run to Claude Code, over a host that was killed in between", async () => {
  if (prometheus === undefined) throw new Error('there is no Prometheus');
  const traceId = hex(16);
  const traceparent = `00-${traceId}-${hex(8)}-01`;
  const agent = `agent-${hex(4)}`;
  const startedAt = Date.now() / 1000;
  const first = new Host(input(agent), traceparent);
  await first.until('the agent at work', ({ log }) => (log?.includes('Starting a long command') ? log : undefined));
  const annotations = '{.items[0].metadata.annotations.paperclip\\.io/traceparent}';
  const carried = await kubectl('-n', namespace, 'get', 'jobs', '-o', `jsonpath=${annotations}`);
  await first.end('SIGKILL');

  const second = new Host(input(agent), traceparent);
  await second.until('the Job adopted', ({ log }) => (log?.includes('adopted Job') ? log : undefined));
  await scrapedSince(Date.now() / 1000, prometheus);
  expect((await prometheus.firing()).map(({ labels }) => labels.alertname)).not.toContain(alert);
  await kubectl('-n', namespace, 'delete', 'jobs', '--all', '--wait=false');
  const answer = await second.until('the end of the run', (told) => told.answer);
  expect(answer).toMatchObject({ errorCode: deleted, resultJson: { traceId } });

  // From here on only what somebody on call has: the alert, and where its exemplars lead.
  await until(`${alert} fires`, async () =>
    (await prometheus?.firing())?.some(({ labels }) => labels.alertname === alert),
  );
  const found = await prometheus.exemplars(await prometheus.queryOf(alert), startedAt, Date.now() / 1000 + 1);
  const exemplars = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
  expect(exemplars).toEqual([traceId]);
  const inTrace = () => collector.spans.filter((span) => span.traceId === exemplars[0]);
  const root = await until('the root of the second run', () =>
    inTrace().find(({ name, attributes }) => name === 'claude_k8s.run' && attributes['claude_k8s.adopted'] === true),
  );
  expect(root.attributes['error.type']).toBe(deleted);
  expect(root.links).toEqual([{ traceId: carried.split('-')[1], spanId: carried.split('-')[2] }]);
  const interaction = await until('the span of Claude Code', () =>
    inTrace().find(({ name }) => name === 'claude_code.interaction'),
  );
  expect(interaction.parentSpanId).toBe(root.links[0]?.spanId);
});
