import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { oldestNode, tooOldNode } from '../../src/cli/node-version.ts';

test.each([
  ['20.20.2', true],
  ['22.19.9', true],
  ['22.20.0', false],
  ['24.0.0', false],
])('Node %s', (version, old) => {
  expect(tooOldNode(version) !== undefined).toBe(old);
});

test('an older one is told what is needed and how to get it', () => {
  expect(tooOldNode('20.20.2')).toMatch(
    /Node 22\.20\.0 or newer is needed, this is 20\.20\.2; .*npm run -s claude-k8s/,
  );
});

test('is what package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(engines.node).toBe(`>=${oldestNode.replace(/\.0$/, '')}`);
});
