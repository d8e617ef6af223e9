import { logs as api, SeverityNumber } from '@opentelemetry/api-logs';
import { describe, expect, test } from 'vitest';
import { label } from '../../src/manifest/labels.ts';
import type { Transition } from '../../src/run/transition.ts';
import {
  type LogEntry,
  logContext,
  logEvents,
  logRecordsPerRun,
  processLogEvents,
} from '../../src/telemetry/log-catalogue.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { job } from '../failure/build.ts';
import { series } from './exposition.ts';
import { keepLogs, type LogRecord, recordsOf } from './log-records.ts';
import { outOfMemory } from './outcomes.ts';
import { memory } from './span-tree.ts';
import { happy, start, stories, truncated } from './stories.ts';

const entries: readonly LogEntry[] = Object.values(logEvents);
/** Good news in the stories, and trouble elsewhere. */
const more: readonly Transition[] = [
  { type: 'waiting', at: start, reason: 'FailedMount', message: 'the volume is not there' },
  { type: 'job_deleted', at: start, by: 'other_client', route: 'watch-deleted' },
];
const all = [...Object.values(stories), more].flatMap((story) => recordsOf(story).records);
const named = (records: readonly LogRecord[], name: string) => records.filter(({ eventName }) => eventName === name);

/** Given by other tests: logs and spans of more than a run may have. */
const elsewhere = ['claude_k8s.records.dropped'];

describe('the catalogue', () => {
  test('every event is told by some story, and no other is', () => {
    expect([...new Set(all.map(({ eventName }) => eventName))].sort()).toEqual(
      entries.map(({ event }) => event).sort(),
    );
  });

  test.each(entries.map((entry) => [entry.event, entry] as const))('%s says what is listed for it', (name, entry) => {
    const said = new Set(named(all, name).flatMap(({ attributes }) => Object.keys(attributes)));
    const own = [...said].filter((attribute) => !logContext.some((one) => one === attribute));
    const listed = entry.attributes.filter((attribute) => !elsewhere.includes(attribute));
    expect(own.sort()).toEqual([...listed].sort());
  });

  test('every record says which run it is of, and which event it is', () => {
    for (const { eventName, attributes } of all) {
      expect(attributes).toMatchObject({ 'claude_k8s.event': eventName, 'claude_k8s.run.id': 'r1' });
    }
    const said = new Set(all.flatMap(({ attributes }) => Object.keys(attributes)));
    expect(logContext.filter((attribute) => !said.has(attribute))).toEqual([]);
  });

  test.each(entries.map((entry) => [entry.event, entry] as const))('%s comes in its severities', (name, entry) => {
    const came = new Set(named(all, name).map(({ severityText }) => severityText));
    expect([...came].filter((one) => one !== entry.severity && one !== entry.trouble)).toEqual([]);
    if (entry.trouble !== undefined) expect(came).toContain(entry.trouble);
  });
});

test('a verdict has agent, node, image, code and cause in one record, with the time of the transition', () => {
  const { records } = recordsOf([...happy.slice(0, 9), { type: 'run_ended', at: start + 9_000, outcome: outOfMemory }]);
  const [verdict] = named(records, 'claude_k8s.run_ended');
  expect(verdict).toMatchObject({
    hrTime: [(start + 9_000) / 1000, 0],
    severityText: 'ERROR',
    severityNumber: SeverityNumber.ERROR,
    attributes: {
      'claude_k8s.agent.id': 'scout',
      'k8s.node.name': 'node-a',
      'container.image.name': 'agent:1',
      'claude_k8s.verdict': 'claude_truncated',
      'claude_k8s.cause': 'oom_killed',
      'claude_k8s.run.seconds': 9,
      'error.type': 'claude_truncated',
    },
  });
});

test('the records of a run lead to its trace', () => {
  const records = keepLogs();
  const { tracer, spans } = memory();
  const { listener, traceId } = createTelemetry({ buildVersion: '1' }).run({ runId: 'r1', at: start, tracer });
  for (const transition of happy) listener(transition);
  const spanOf = (name: string) => named(records(), name)[0]?.spanContext?.spanId;
  const idOf = (name: string) =>
    spans()
      .find((span) => span.name === name)
      ?.spanContext().spanId;
  expect(new Set(records().map(({ spanContext }) => spanContext?.traceId))).toEqual(new Set([traceId]));
  expect(spanOf('claude_k8s.waiting')).toBe(idOf('claude_k8s.schedule'));
  expect(spanOf('claude_k8s.run_ended')).toBe(idOf('claude_k8s.run'));
});

test('output is told once, when it begins, and never what it was', () => {
  const { records } = recordsOf(happy);
  expect(happy.filter(({ type }) => type === 'output').length).toBe(2);
  expect(named(records, 'claude_k8s.first_output').length).toBe(1);
});

test('no record has a word of the agent or of the verdict, that may quote its API', () => {
  const text = JSON.stringify(all.map(({ body, attributes }) => [body, attributes]));
  expect(text).toContain('oom_killed');
  const ends = Object.values(stories).flatMap((story) => story.filter((t) => t.type === 'run_ended'));
  const words = ends.flatMap(({ outcome: { verdict, result } }) => [verdict.message, result?.text ?? '']);
  expect(words.filter((word) => word !== '').length).toBeGreaterThan(3);
  expect(words.filter((word) => word !== '' && text.includes(word))).toEqual([]);
});

test('a run has a bounded number of records, its end among them, and counts the rest', async () => {
  const notes = Array.from(
    { length: logRecordsPerRun + 50 },
    (_, n): Transition => ({ type: 'note', at: start + n, text: `note ${n}` }),
  );
  const { records, telemetry } = recordsOf([...notes, { type: 'run_ended', at: start + 9_000, outcome: outOfMemory }]);
  expect(records.length).toBe(logRecordsPerRun + 1);
  expect(records.at(-1)?.attributes).toMatchObject({ 'claude_k8s.records.dropped': 50 });
  expect((await series(telemetry)).find((line) => line.includes('dropped_log_records'))).toMatch(/_total 50( #|$)/);
});

test('a metric that is given a value outside its closed set is told once, by its name', () => {
  const records = keepLogs();
  const { apiListener } = createTelemetry({ buildVersion: '1' });
  const odd = { verb: 'list', resource: 'jobs', status: 299, startedAt: 0, endedAt: 1 } as const;
  apiListener.exchange(odd);
  apiListener.exchange(odd);
  expect(records().map(({ eventName, attributes }) => [eventName, attributes['claude_k8s.metric']])).toEqual([
    [processLogEvents.overflow.event, 'claude_k8s_kubernetes_requests_total'],
  ]);
});

test('a Job that nobody answers for is told once, and again when it was gone in between', () => {
  const records = keepLogs();
  const heard = createTelemetry({ buildVersion: '1' }).unownedJobs();
  const labels = { [label.runId]: 'r1', [label.agentId]: 'a1' };
  const left = job({ labels });
  for (const jobs of [[left], [left], [], [left]]) heard(jobs);
  expect(records()).toHaveLength(2);
  const [{ eventName, attributes } = {}] = records();
  expect(eventName).toBe(processLogEvents.unowned.event);
  expect(Object.keys(attributes ?? {}).sort()).toEqual(
    ['claude_k8s.event', ...processLogEvents.unowned.attributes].sort(),
  );
});

test('without an SDK nobody is asked to log', () => {
  const logger = api.getLogger('anything');
  let emitted = 0;
  Reflect.set(Object.getPrototypeOf(logger), 'emit', () => {
    emitted += 1;
  });
  const { listener } = createTelemetry({ buildVersion: '1' }).run({ runId: 'r1', at: start });
  for (const transition of truncated) listener(transition);
  expect(emitted).toBe(0);
});
