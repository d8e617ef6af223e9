import type { Shared } from '../shared.ts';
import type { Check } from './check.ts';

/** Where metrics are served, and what is wrong with the telemetry of this process. */
export async function checkTelemetry({
  metrics,
  lookForExporter,
  telemetry,
}: Pick<Shared, 'metrics' | 'lookForExporter' | 'telemetry'>): Promise<Check[]> {
  const served = await metrics;
  await lookForExporter();
  const problems = telemetry.health.problems().map((message): Check => ({ code: 'telemetry', level: 'warn', message }));
  if (!served.serving) {
    const off = 'metrics are not served: CLAUDE_K8S_METRICS_PORT is not set';
    return served.error === undefined ? [{ code: 'metrics', level: 'info', message: off }, ...problems] : problems;
  }
  const { url, warning } = served;
  const open: Check[] = warning === undefined ? [] : [{ code: 'metrics', level: 'warn', message: warning }];
  return [{ code: 'metrics', level: 'info', message: `metrics are served at ${url}` }, ...open, ...problems];
}
