import { describe, expect, test } from 'vitest';
import { literal } from '../../src/manifest/escape.ts';
import { labelValue } from '../../src/manifest/label-value.ts';
import { jobName } from '../../src/manifest/names.ts';

const odd = [
  '',
  'a',
  'Scout 7',
  '-_.',
  '---a---',
  'Ünïcödé',
  '日本語',
  '😀',
  '../../etc/passwd',
  'x'.repeat(500),
  `${'-'.repeat(100)}b`,
  `${'a'.repeat(23)}-${'b'.repeat(30)}`,
  'a\nb',
  'a\0b',
  '\ud800',
  'A',
  '0f8fad5b-d9cb-469f-a165-70867728950e',
  '0f8fad5b-d9cb-469f-a165-70867728950f',
  '1.2.3',
  '$(HOME)',
];
const pairs = odd.flatMap((agent) => odd.map((run) => [agent, run] as const));

test('a Job has the name of its agent and run, the same every time', () => {
  expect(jobName('Scout 7', 'run-1')).toBe('ac-scout-7-run-1-cf8d599a');
  expect(jobName('日本語', '0f8fad5b-d9cb-469f-a165-70867728950e')).toMatch(/^ac-0f8fad5b-d9cb-469f-a165-[0-9a-f]{8}$/);
});

test('whatever the ids are, the name is a DNS label of at most 63 characters, and no two are alike', () => {
  const names = pairs.map(([agent, run]) => jobName(agent, run));
  for (const name of names) expect(name).toMatch(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
  expect(new Set(names).size).toBe(pairs.length);
});

test('whatever the id is, its label value is one that Kubernetes takes, or none', () => {
  const valid = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
  for (const id of odd) expect(labelValue(id) ?? 'none').toMatch(valid);
});

describe('a label value', () => {
  test.each([
    ['stays when it is one', 'a_b.c-D9', 'a_b.c-D9'],
    ['has one - for each run of other characters', 'a b//c', 'a-b-c'],
    ['begins and ends with a letter or digit', '--a.b--', 'a.b'],
    ['ends with a letter or digit after it was shortened', `${'a'.repeat(62)}-b`, 'a'.repeat(62)],
    ['has 63 characters at most', 'a'.repeat(80), 'a'.repeat(63)],
    ['is not there when nothing is left', '日本', undefined],
  ])('%s', (_what, text, value) => {
    expect(labelValue(text)).toBe(value);
  });
});

describe('a literal', () => {
  /** What the kubelet makes of a value; see k8s.io/kubernetes/third_party/forked/golang/expansion. */
  function expanded(text: string): string {
    return text.replace(/\$(?:(\$)|\(([^)]*)\))/g, (_all, dollar, name) => (dollar ? '$' : `<${name}>`));
  }

  test.each(['$', '$$', '$$$', '$(HOME)', '$$(HOME)', 'cost: 5$', '$HOME $(', '$1 $& $`'])(
    'of %s comes out as it went in',
    (text) => {
      expect(expanded(literal(text))).toBe(text);
    },
  );

  test('without escape would not', () => {
    expect(expanded('$(HOME) $$')).toBe('<HOME> $');
  });
});
