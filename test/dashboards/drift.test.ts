import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { driftIn, mend } from '../../dashboards/drift.ts';
import { outputs } from '../../dashboards/outputs.ts';

test('what is committed is what is made: npm run derive writes it', () => {
  expect(driftIn(join(import.meta.dirname, '../../dashboards'), outputs())).toEqual([]);
});

test('a file that is missing, that was edited, and that nothing makes any more is named and mended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drift-'));
  const made = [
    { path: 'grafana/a.json', text: '{}\n' },
    { path: 'prometheus/b.yaml', text: 'b: 1\n' },
  ];
  mkdirSync(join(folder, 'grafana'));
  writeFileSync(join(folder, 'grafana/a.json'), '{"edited": true}\n');
  writeFileSync(join(folder, 'grafana/old.json'), '{}\n');
  const drift = [
    { path: 'grafana/a.json', how: 'different' },
    { path: 'grafana/old.json', how: 'not made any more' },
    { path: 'prometheus/b.yaml', how: 'missing' },
  ];
  expect(driftIn(folder, made)).toEqual(drift);
  expect(mend(folder, made)).toEqual(drift);
  expect(driftIn(folder, made)).toEqual([]);
  expect(readFileSync(join(folder, 'prometheus/b.yaml'), 'utf8')).toBe('b: 1\n');
});
