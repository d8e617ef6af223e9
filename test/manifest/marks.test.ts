import { describe, expect, test } from 'vitest';
import { annotation } from '../../src/manifest/labels.ts';
import { holderText, marksAtCreation, readMarks } from '../../src/manifest/marks.ts';
import { at, holder, request } from './plan.ts';

const nothing = {
  holder: undefined,
  renewedAt: undefined,
  releasedAt: undefined,
  admittedAt: undefined,
  concluded: undefined,
  deletion: undefined,
  promptHash: undefined,
  traceparent: undefined,
  adapterVersion: undefined,
  taskId: undefined,
  sessionId: undefined,
};

test('what is written at creation is read again', () => {
  const full = request({ taskId: 'task/ 1', sessionId: 's-1', traceparent: '00-a-b-01' });
  expect(readMarks(marksAtCreation(full, 'Scout', at))).toEqual({
    ...nothing,
    holder,
    renewedAt: at,
    promptHash: full.promptHash,
    traceparent: '00-a-b-01',
    adapterVersion: '1.2.3',
    taskId: 'task/ 1',
    sessionId: 's-1',
  });
});

test('a process outside a pod is read again too', () => {
  const outside = { ...holder, pod: undefined, podNamespace: undefined };
  const marks = marksAtCreation(request({ holder: outside }), undefined, at);
  expect(readMarks(marks).holder).toEqual(outside);
  expect(marks).not.toHaveProperty(annotation.agentName);
});

test('a holder is written alike whatever the order of its fields', () => {
  const { host, pod, podNamespace, bootId, pid } = holder;
  expect(holderText({ pid, bootId, podNamespace, pod, host })).toBe(holderText(holder));
});

test('conclusion and deletion are read', () => {
  const time = '2026-11-23T10:00:00.000Z';
  const marks = readMarks({
    [annotation.concluded]: JSON.stringify({ runId: 'r', verdict: 'success', at: time }),
    [annotation.deletion]: JSON.stringify({ actor: 'a', reason: 'concluded', runId: 'r', at: time }),
    [annotation.releasedAt]: time,
    [annotation.admittedAt]: time,
  });
  expect(marks).toEqual({
    ...nothing,
    concluded: { runId: 'r', verdict: 'success', at },
    deletion: { actor: 'a', reason: 'concluded', runId: 'r', at },
    releasedAt: at,
    admittedAt: at,
  });
});

describe('garbage counts as absent', () => {
  const texts = ['', '{', 'null', '[]', '"x"', '7', '{"host":7}', '{"host":"h","bootId":"b","pid":"7"}', 'yesterday'];
  const names = ['holder', 'renewedAt', 'releasedAt', 'admittedAt', 'concluded', 'deletion'] as const;

  test.each(names.flatMap((name) => texts.map((text) => [name, text] as const)))('%s: %s', (name, text) => {
    expect(readMarks({ [annotation[name]]: text })).toEqual(nothing);
  });

  test.each([
    ['holder', ['host', 'bootId', 'pid'], { host: 'h', bootId: 'b', pid: 1 }],
    ['concluded', ['runId', 'verdict'], { runId: 'r', verdict: 'success', at: 'garbage' }],
    ['deletion', ['actor', 'reason', 'runId'], { actor: 'a', reason: 'x', runId: 'r', at: 'garbage' }],
  ] as const)('%s without any one of what it needs', (name, needed, whole) => {
    const read = (fields: object) => readMarks({ [annotation[name]]: JSON.stringify(fields) })[name];
    expect(read(whole)).toBeDefined();
    for (const field of needed) expect(read({ ...whole, [field]: undefined })).toBeUndefined();
  });

  test('a Job without any annotation', () => {
    expect(readMarks({})).toEqual(nothing);
  });
});
