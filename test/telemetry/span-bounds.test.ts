import { expect, test } from 'vitest';
import type { Transition } from '../../src/run/transition.ts';
import { spanLimits, spansPerRun } from '../../src/telemetry/catalogue.ts';
import { startRunTrace } from '../../src/telemetry/spans.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { series } from './exposition.ts';
import { outOfMemory } from './outcomes.ts';
import { memory, treeOf } from './span-tree.ts';
import { start } from './stories.ts';

/** A run that reconnects, changes its phase and says something, `rounds` times each. */
function restless(rounds: number): readonly Transition[] {
  const steps = Array.from({ length: rounds }, (_, n): Transition[] => {
    const at = start + n * 1000;
    return [
      { type: 'phase_entered', at, phase: 'stream', why: 'again' },
      { type: 'attempt_started', at, attempt: n, follow: true, since: undefined },
      { type: 'note', at, text: `note ${n}` },
      { type: 'attempt_ended', at, attempt: n, how: 'clean', lines: 0, bytes: 0, duplicates: 0, error: undefined },
      { type: 'phase_left', at, phase: 'stream', why: 'again', error: undefined },
    ];
  });
  return [...steps.flat(), { type: 'run_ended', at: start + rounds * 1000, outcome: outOfMemory }];
}

test('a run has a bounded number of spans, its beginning and its end among them, and counts the rest', async () => {
  const { tracer, spans } = memory();
  const telemetry = createTelemetry({ buildVersion: '1' });
  const { listener } = telemetry.run({ runId: 'r1', at: start, tracer });
  for (const transition of restless(1_000)) listener(transition);
  const attempts = spans().filter(({ name }) => name === 'claude_k8s.stream.attempt');
  const root = spans().find(({ name }) => name === 'claude_k8s.run');
  expect(spans().length).toBe(spansPerRun);
  expect(attempts.map(({ attributes }) => attributes['claude_k8s.attempt'])).toEqual([
    ...Array.from({ length: spanLimits.firstDetails }, (_, n) => n),
    ...Array.from({ length: spanLimits.lastDetails }, (_, n) => 1_000 - spanLimits.lastDetails + n),
  ]);
  const [lostSpans, lostEvents] = [2_000 - (spansPerRun - 1), 1_000 - spanLimits.events];
  expect(root?.attributes).toMatchObject({
    'claude_k8s.spans.dropped': lostSpans,
    'claude_k8s.events.dropped': lostEvents,
  });
  expect(await series(telemetry)).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`claude_k8s_telemetry_dropped_spans_total ${lostSpans} # {trace_id=`),
      expect.stringContaining(`claude_k8s_telemetry_dropped_events_total ${lostEvents} # {trace_id=`),
    ]),
  );
});

test('texts are cut to their bound', () => {
  const { tracer, spans } = memory();
  const { listener } = startRunTrace({ tracer, runId: 'r1', at: start });
  listener({ type: 'note', at: start, text: 'x'.repeat(10_000) });
  listener({ type: 'run_ended', at: start, outcome: outOfMemory });
  const detail = spans()[0]?.events[0]?.attributes?.['claude_k8s.detail'];
  expect(String(detail).length).toBe(spanLimits.textChars);
});

test('an attempt after the stream phase was left stays below it, and an unfinished one ends with the run', () => {
  const story: readonly Transition[] = [
    { type: 'phase_entered', at: start, phase: 'stream', why: 'a' },
    { type: 'phase_left', at: start + 1000, phase: 'stream', why: 'b', error: undefined },
    { type: 'phase_entered', at: start + 1000, phase: 'grace', why: 'b' },
    { type: 'attempt_started', at: start + 2000, attempt: 2, follow: false, since: undefined },
    { type: 'run_ended', at: start + 3000, outcome: outOfMemory },
  ];
  const names = treeOf(story).replaceAll(/ (\{|ERROR).*/g, '');
  expect(names).toBe(
    [
      'claude_k8s.run 0s..3s',
      '  claude_k8s.stream 0s..1s',
      '    claude_k8s.stream.attempt 2s..3s',
      '  claude_k8s.grace 1s..3s',
    ].join('\n'),
  );
});
