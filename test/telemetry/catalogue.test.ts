import { describe, expect, test } from 'vitest';
import { series as pairs } from '../../src/failure/table.ts';
import type { Transition } from '../../src/run/transition.ts';
import {
  attributes,
  events,
  type MetricEntry,
  metrics,
  seriesLimit,
  spans,
  worstCase,
} from '../../src/telemetry/catalogue.ts';
import { logContext, logEvents, processLogEvents } from '../../src/telemetry/log-catalogue.ts';
import { startRunTrace } from '../../src/telemetry/spans.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { movedBy, series, tell } from './exposition.ts';
import { memory } from './span-tree.ts';
import { start, stories } from './stories.ts';

const entries = Object.values<MetricEntry>(metrics);
const told = Object.values(stories).flat();

/** Transitions that move no series, each with the reason. */
const uncounted: Partial<Record<Transition['type'], string>> = {
  pod_seen: 'the schedule phase is timed, and pods are no label',
  container_started: 'it ends the schedule phase, which is timed',
  attempt_started: 'an attempt is counted when it ends',
  phase_entered: 'a phase is counted when it is left',
  note: 'free text',
};

/** Metrics that no transition and no exchange of the stories moves, each with what does. */
const movedElsewhere = new Set([
  metrics.buildInfo.name, // born with the process
  metrics.unowned.name, // set by the runtime
  metrics.listenerErrors.name, // tap.test.ts
  metrics.overflows.name, // label-sets.test.ts
  metrics.droppedSpans.name, // span-bounds.test.ts
  metrics.droppedEvents.name,
  metrics.droppedRecords.name, // logs.test.ts
  metrics.problems.name, // health.test.ts
  metrics.incidentBundles.name, // record/counted.test.ts
  metrics.incidentBytes.name,
  metrics.incidentDropped.name,
]);

describe('metrics', () => {
  test.each(entries.map((entry) => [entry.name, entry] as const))('%s keeps the naming rules', (name, entry) => {
    expect(name).toMatch(/^claude_k8s_[a-z0-9]+(_[a-z0-9]+)*$/);
    expect(name.endsWith('_total')).toBe(entry.kind === 'counter');
    if (entry.kind === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
    if (entry.unit === 'seconds') expect(name).toContain('_seconds');
    if (entry.unit === 'bytes') expect(name).toContain('_bytes');
    expect(entry.help).toMatch(/^[A-Z][^"\\\n]*\.$/);
    for (const label of Object.keys(entry.labels)) expect(label).toMatch(/^(?!le$|quantile$|job$|instance$)[a-z_]+$/);
  });

  test('names are given once', () => {
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  });

  test('all series together stay below the limit, in the worst case too', () => {
    expect(entries.reduce((sum, entry) => sum + worstCase(entry), 0)).toBeLessThan(seriesLimit);
  });

  test('the worst case is what a process really comes to', async () => {
    const telemetry = createTelemetry({ buildVersion: '1' });
    for (let n = 0; n < 40; n += 1) telemetry.run({ runId: 'r', at: start, model: `model-${n}` });
    const bound = entries.reduce((sum, entry) => sum + worstCase(entry), 0);
    expect((await series(telemetry)).length).toBe(bound);
  });

  test('everything is born at 0, except what the build is', async () => {
    const born = await series(createTelemetry({ buildVersion: '1.2.3' }));
    expect(born.filter((line) => !line.endsWith(' 0'))).toEqual([
      `claude_k8s_build_info{version="1.2.3",node="${process.versions.node}"} 1`,
    ]);
  });

  test('every reachable pair of code and cause has its series, and nothing else has one', async () => {
    const born = await series(createTelemetry({ buildVersion: '1.2.3' }));
    const expected = [...pairs(), { code: '_OTHER', cause: '_OTHER' }];
    expect(born.filter((line) => line.startsWith('claude_k8s_errors_total')).sort()).toEqual(
      expected.map(({ code, cause }) => `claude_k8s_errors_total{code="${code}",cause="${cause}"} 0`).sort(),
    );
  });

  test('every metric is moved by some transition or exchange, or another test moves it', async () => {
    const moved = await movedBy((telemetry) => {
      for (const story of Object.values(stories)) tell(telemetry, story);
      tell(telemetry, stories.happy.slice(0, 1));
      tell(telemetry, stories.truncated.slice(0, 7));
      telemetry.apiListener.exchange({ verb: 'list', resource: 'jobs', status: 200, startedAt: 0, endedAt: 1 });
      telemetry.apiListener.watchRestarted('jobs', 'reset');
    });
    const still = entries.filter(
      ({ name }) => !moved.includes(`${name}{`) && !moved.includes(`${name} `) && !moved.includes(`${name}_count`),
    );
    expect(still.map(({ name }) => name).sort()).toEqual([...movedElsewhere].sort());
  });

  test.each([...new Set(told.map(({ type }) => type))])(
    'a transition %s moves something, or a reason is listed',
    async (type) => {
      const before = told.filter((t) => t.type === type);
      const openers = told.filter(
        (t) => ['phase_entered', 'reconnect_started', 'run_started'].includes(t.type) && t.type !== type,
      );
      const moved = await movedBy((telemetry) => tell(telemetry, [...openers, ...before]));
      const without = await movedBy((telemetry) => tell(telemetry, openers));
      expect(moved !== without).toBe(uncounted[type] === undefined);
    },
  );
});

describe('spans', () => {
  const { tracer, spans: finished } = memory();
  for (const story of Object.values(stories)) {
    const { listener } = startRunTrace({ tracer, runId: 'r1', at: start });
    for (const transition of story) listener(transition);
  }
  const all = finished();
  const parentOf = (id: string | undefined) => all.find((span) => span.spanContext().spanId === id)?.name;

  test('every span of the catalogue is produced, below the parent that it names, and no other is', () => {
    const tree = all.map((span) => [span.name, { parent: parentOf(span.parentSpanContext?.spanId) }] as const);
    expect(Object.fromEntries(tree)).toEqual(
      Object.fromEntries(Object.entries(spans).map(([name, { parent }]) => [name, { parent }])),
    );
  });

  test('every event of the catalogue is produced, and no other is', () => {
    const produced = new Set(all.flatMap((span) => span.events.map(({ name }) => name)));
    expect([...produced].sort()).toEqual(Object.keys(events).sort());
  });

  test('every attribute of the catalogue is produced here or said by a log event, and no other is', () => {
    const produced = all.flatMap((span) => [span.attributes, ...span.events.map((event) => event.attributes ?? {})]);
    // span-bounds.test.ts shows these two.
    const bounds = ['claude_k8s.spans.dropped', 'claude_k8s.events.dropped'];
    // logs.test.ts holds each event to its attributes.
    const logged = [...Object.values(logEvents), ...Object.values(processLogEvents)].flatMap((e) => [...e.attributes]);
    const there = new Set<string>([...produced.flatMap(Object.keys), ...bounds, ...logged, ...logContext]);
    expect([...there].sort()).toEqual(Object.keys(attributes).sort());
  });
});
