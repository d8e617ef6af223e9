import { metrics as api } from '@opentelemetry/api';
import { metrics as sdk } from '@opentelemetry/sdk-node';
import { afterEach, expect, test } from 'vitest';
import { type MetricEntry, metrics } from '../../src/telemetry/catalogue.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { series, tell } from './exposition.ts';
import { stories } from './stories.ts';

afterEach(() => api.disable());

const entries = Object.values<MetricEntry>(metrics);

/** A reader that collects when it is asked. */
class Reader extends sdk.MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

function register(): () => Promise<readonly sdk.MetricData[]> {
  const reader = new Reader();
  api.setGlobalMeterProvider(new sdk.MeterProvider({ readers: [reader] }));
  return async () => (await reader.collect()).resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
}

function tellAll(telemetry: Telemetry): void {
  for (const story of Object.values(stories)) tell(telemetry, story, 'opus');
  telemetry.apiListener.exchange({ verb: 'list', resource: 'jobs', status: 200, startedAt: 0, endedAt: 40 });
}

/** Counters and gauges as the exposition has them; of histograms the counts and sums. */
function asSeries(collected: readonly sdk.MetricData[]): string[] {
  return collected.flatMap(({ descriptor: { name }, dataPoints }) =>
    dataPoints.flatMap(({ attributes, value }) => {
      const pairs = Object.entries(attributes).map(([label, text]) => `${label}="${text}"`);
      const labels = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
      if (typeof value === 'number') return [`${name}${labels} ${value}`];
      return 'count' in value ? [`${name}_count${labels} ${value.count}`] : [];
    }),
  );
}

test('a host with a meter gets the same catalogue there, series for series', async () => {
  const collect = register();
  const telemetry = createTelemetry({ buildVersion: '1' });
  tellAll(telemetry);
  const exposed = (await series(telemetry)).map((line) => line.replace(/ # .*/, ''));
  const comparable = exposed.filter((line) => !/_(bucket\{|sum[ {])/.test(line) && !/_count(\{.*\})? 0$/.test(line));
  expect(asSeries(await collect()).sort()).toEqual(comparable.sort());
});

test('names, units, descriptions and buckets are those of the catalogue', async () => {
  const collect = register();
  const telemetry = createTelemetry({ buildVersion: '1' });
  tellAll(telemetry);
  const collected = await collect();
  expect(collected.map(({ descriptor: { name, description } }) => [name, description]).sort()).toEqual(
    entries.map(({ name, help }) => [name, help]).sort(),
  );
  const duration = collected.find(({ descriptor }) => descriptor.name === metrics.runDuration.name);
  const [point] = duration?.dataPoints ?? [];
  expect(duration?.descriptor.unit).toBe('s');
  expect(typeof point?.value === 'object' && 'buckets' in point.value && point.value.buckets.boundaries).toEqual(
    metrics.runDuration.buckets,
  );
});

test('what several count in one process is one sum', async () => {
  const collect = register();
  for (let run = 0; run < 3; run++) tell(createTelemetry({ buildVersion: '1' }), stories.happy);
  const seen = asSeries(await collect());
  expect(seen).toContain('claude_k8s_runs_started_total 3');
  expect(seen).toContain('claude_k8s_log_lines_total 18');
});

test('a meter that is registered later gets everything from then on, with its series at 0', async () => {
  const telemetry = createTelemetry({ buildVersion: '1' });
  const [started] = stories.happy;
  if (started === undefined) throw new Error('an empty story');
  tell(telemetry, [started]);
  const collect = register();
  tell(telemetry, [started]);
  const seen = asSeries(await collect());
  expect(seen).toContain('claude_k8s_runs_started_total 1');
  expect(seen).toContain('claude_k8s_truncations_total{cause="oom_killed"} 0');
  expect(seen.find((line) => line.startsWith('claude_k8s_build_info'))).toMatch(/ 1$/);
  expect(await series(telemetry)).toContain('claude_k8s_runs_started_total 2');
});

test('without a meter nothing is made ready for one', () => {
  let asked = 0;
  const before = api.getMeter;
  api.getMeter = (...args) => {
    asked += 1;
    return before.apply(api, args);
  };
  tellAll(createTelemetry({ buildVersion: '1' }));
  api.getMeter = before;
  expect(asked).toBe(0);
});
