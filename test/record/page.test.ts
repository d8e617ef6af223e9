import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { options } from '../../src/config/options.ts';
import { folderLimits } from '../../src/record/bundle-folder.ts';
import { readLimits } from '../../src/record/read-bundle.ts';
import { type MetricEntry, metrics } from '../../src/telemetry/catalogue.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/recording.md'), 'utf8');

test('the page names the metrics of the recorder, all of them and no other', () => {
  const known = Object.values<MetricEntry>(metrics)
    .map(({ name }) => name)
    .filter((name) => name.startsWith('claude_k8s_incident_'));
  expect([...new Set(page.match(/claude_k8s_\w+/g))].sort()).toEqual(known.sort());
});

test('the page has the keys with their defaults', () => {
  const { recordIncidents, incidentDir } = options;
  expect(page).toContain(
    `| \`recordIncidents\` | | \`${recordIncidents.default}\` | \`failures\`, \`all\` or \`off\` |`,
  );
  expect(recordIncidents.kind.of).toEqual(['failures', 'all', 'off']);
  expect(incidentDir.default).toBeUndefined();
});

test('the page has the bounds of the folder and of what is read', () => {
  expect(page).toContain(`| folder | ${folderLimits.bundles} bundles and ${folderLimits.bytes / 1024 ** 3} GiB |`);
  expect(page).toContain(
    `More than ${readLimits.bytes / 1024 ** 3} GiB of content, a line over ${readLimits.lineBytes / 1024 ** 2} MiB`,
  );
});
