import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alerts } from '../../../dashboards/rules/alerts/alerts.ts';
import { recordings } from '../../../dashboards/rules/recording.ts';
import { shippedRules } from './scaled-rules.ts';
import { promtool } from './tools.ts';

test('promtool finds nothing wrong with the shipped rules', async () => {
  expect(await promtool('check', 'rules', '--lint=all', '--lint-fatal', shippedRules)).toContain(
    `SUCCESS: ${alerts.length + recordings.length} rules found`,
  );
});

test('promtool runs the unit tests: four cases for each alert', async () => {
  expect(await promtool('test', 'rules', join(shippedRules, '../rules.test.yaml'))).toMatch(/SUCCESS\s*$/);
});
