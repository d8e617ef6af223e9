import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { targetLabels } from '../../dashboards/boards/promql.ts';
import { boardUids } from '../../dashboards/places.ts';

const parsed = (path: string) => parse(readFileSync(join(import.meta.dirname, '../../dashboards', path), 'utf8'));

test('the scrape configuration sets the labels that every query chooses by', () => {
  const [job] = parsed('prometheus/scrape.yaml').scrape_configs;
  expect(Object.keys(job.static_configs[0].labels).sort()).toEqual([...targetLabels].sort());
  expect(job.metrics_path).toBe('/metrics');
});

test('exemplars lead to the trace, and to the board of the run', () => {
  const sources: readonly { uid: string; type: string; jsonData: Json }[] = parsed(
    'provisioning/datasources.yaml',
  ).datasources;
  const by = (type: string) => sources.find((source) => source.type === type);
  const tempo = by('tempo')?.uid;
  expect(tempo).toBeDefined();
  expect(by('prometheus')?.jsonData.exemplarTraceIdDestinations).toMatchObject([
    { name: 'trace_id', datasourceUid: tempo },
    { name: 'trace_id', url: `/d/${boardUids.run}?var-trace_id=$$\{__value.raw}` },
  ]);
  expect(by('loki')?.jsonData.derivedFields).toMatchObject([{ matcherRegex: 'trace_id', datasourceUid: tempo }]);
  expect(by('tempo')?.jsonData.tracesToLogsV2).toMatchObject({ datasourceUid: by('loki')?.uid });
});

interface Json {
  [name: string]: unknown;
}
