import { describe, expect, test } from 'vitest';
import { Picture } from '../../src/explain/html/picture.ts';
import { Rate } from '../../src/explain/html/rate.ts';
import { sampleOf } from '../../src/explain/html/sample.ts';
import { percent, ticksOf } from '../../src/explain/html/scale.ts';
import { moment, span } from '../../src/explain/html/time.ts';
import type { Frame } from '../../src/record/frame.ts';
import { asked, decided, pod } from './frames.ts';

function lanesOf(frames: readonly Frame[]): Record<string, string[]> {
  const picture = new Picture();
  for (const frame of frames) picture.add(frame);
  return Object.fromEntries(
    picture.lanes.all.map(({ kind, name, changes }) => [
      `${kind} ${name}`,
      changes.map(({ t, label }) => `${t} ${label}`),
    ]),
  );
}

function watched(events: readonly (readonly [number, string, unknown])[], resource = 'pods'): Frame[] {
  const request = { f: 'request', t: 0, id: 1, verb: 'watch', resource, method: 'GET', path: '/x' } as const;
  const chunks = events.map(([t, type, object]): Frame => {
    return { f: 'chunk', t, id: 1, text: `${JSON.stringify({ type, object })}\n` };
  });
  return [request, { f: 'head', t: 0, id: 1, status: 200, headers: {} }, ...chunks];
}

const running = { running: {} };

describe('the states of objects', () => {
  test('follow the events of a watch, whatever the chunks are', () => {
    const events = watched([
      [10, 'ADDED', pod({ version: 1, state: { waiting: { reason: 'ContainerCreating' } } })],
      [20, 'MODIFIED', pod({ version: 2, phase: 'Running', state: running })],
      [30, 'MODIFIED', pod({ version: 3, phase: 'Running', state: running })],
      [
        40,
        'MODIFIED',
        pod({ version: 4, phase: 'Failed', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
      ],
      [
        50,
        'DELETED',
        pod({ version: 5, phase: 'Failed', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
      ],
    ]);
    const pieces = events.flatMap((frame): Frame[] => {
      if (frame.f !== 'chunk' || frame.text === undefined) return [frame];
      const bytes = Buffer.from(frame.text);
      const half = Math.floor(bytes.length / 2);
      const halves = [bytes.subarray(0, half), bytes.subarray(half)];
      return halves.map((piece) => ({ f: 'chunk', t: frame.t, id: 1, base64: piece.toString('base64') }));
    });
    const expected = {
      'pod scout-x7': ['10 pending', '20 running', '40 failed', '50 gone'],
      'container claude': ['10 ContainerCreating', '20 running', '40 OOMKilled', '50 gone'],
    };
    expect(lanesOf(events)).toEqual(expected);
    expect(lanesOf(pieces)).toEqual(expected);
  });

  test('do not go back when an older answer comes late', () => {
    const late = asked({ id: 2, t: 30, resource: 'pods', status: 200, body: JSON.stringify(pod({ version: 1 })) });
    expect(lanesOf([...watched([[10, 'ADDED', pod({ version: 2, phase: 'Running' })]]), ...late])).toEqual({
      'pod scout-x7': ['10 running'],
    });
  });

  test('end with a 404 of an object that was seen, and nobody else', () => {
    const job = (status: object) => ({ metadata: { name: 'ours', uid: 'u' }, spec: {}, status });
    const get = (id: number, t: number, name: string) =>
      asked({ id, t, status: 404, body: '{}', path: `/apis/batch/v1/namespaces/agents/jobs/${name}` });
    const frames = [
      ...watched([[10, 'ADDED', job({ active: 1 })]], 'jobs'),
      ...get(2, 20, 'other'),
      ...get(3, 30, 'ours'),
    ];
    expect(lanesOf(frames)).toEqual({ 'Job ours': ['10 active', '50 gone'] });
  });

  test('end with the decision that a Job is missing from a list', () => {
    const job = { metadata: { name: 'ours', uid: 'u' }, spec: { suspend: true }, status: {} };
    const gone = decided(99, { type: 'job_deleted', by: 'unknown', route: 'relist-missing' });
    expect(lanesOf([...watched([[10, 'ADDED', job]], 'jobs'), gone])).toEqual({
      'Job ours': ['10 suspended', '99 gone'],
    });
  });

  test('never show what a container printed last', () => {
    const picture = new Picture();
    const state = { terminated: { exitCode: 1, message: 'words of the agent' } };
    for (const frame of watched([[1, 'ADDED', pod({ phase: 'Failed', state })]])) picture.add(frame);
    expect(picture.lanes.all).toHaveLength(2);
    expect(JSON.stringify(picture.lanes.all)).not.toContain('words of the agent');
  });
});

test('the rate keeps every line while its buckets grow', () => {
  const rate = new Rate();
  for (let t = 0; t < 20_000_000; t += 5_000) rate.add(t, 3, 10);
  const buckets = rate.over(0, 20_000_000, 100);
  expect(buckets.length).toBeLessThanOrEqual(100);
  expect(buckets.reduce((sum, { lines }) => sum + lines, 0)).toBe(rate.lines);
  const some = rate.over(10_000_000, 10_600_000, 60);
  expect(some.every(({ from, to }) => from >= 10_000_000 && to <= 10_600_000)).toBe(true);
});

test('a sample keeps what matters and says how much there was', () => {
  const items = Array.from({ length: 1000 }, (_, index) => index);
  const { shown, all } = sampleOf(items, 20, (one) => one === 500);
  expect({ all, length: shown.length }).toEqual({ all: 1000, length: 20 });
  expect(shown).toContain(500);
  expect(shown).toEqual([...shown].sort((one, other) => one - other));
  expect(sampleOf(items, 20, () => true).shown.length).toBeLessThanOrEqual(20);
});

test('the axis has round moments, few enough to read', () => {
  expect(ticksOf({ from: 0, to: 60_000 }).map(({ label }) => label)).toEqual([
    '0',
    '10 s',
    '20 s',
    '30 s',
    '40 s',
    '50 s',
    '1:00 min',
  ]);
  expect(ticksOf({ from: 0, to: 3_600_000 }).map(({ label }) => label)).toContain('30 min');
  for (const to of [1, 900, 7_000, 100_000, 10_000_000, 10 ** 12]) {
    expect(ticksOf({ from: 0, to }).length).toBeLessThanOrEqual(10);
  }
  expect(percent({ from: 100, to: 200 }, 150)).toBe(50);
  expect(percent({ from: 100, to: 200 }, -5)).toBe(0);
});

test('times read as a person says them', () => {
  expect([350, 12_340, 245_000, 3_720_000].map(span)).toEqual(['350 ms', '12.3 s', '4 min 05 s', '1 h 02 min']);
  expect([350, 245_000, 3_845_000].map(moment)).toEqual(['+0.350 s', '+4:05.0', '+1:04:05.0']);
});
