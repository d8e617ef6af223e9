import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../../dashboards/docs/pages.ts';
import { withSections } from '../../dashboards/docs/sections.ts';
import { configurationTable } from '../../src/config/in-words.ts';
import { optionKeys } from '../../src/config/options.ts';

test('the README has every key; npm run derive writes it', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  expect(withSections(readme, pages['README.md'] ?? {})).toBe(readme);
});

test('the table has one row for each key, with four cells', () => {
  const [, , ...rows] = configurationTable().split('\n');
  expect(rows.map((row) => /^\| `(.+?)` \|/.exec(row)?.[1])).toEqual(optionKeys);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
});
