import { metrics } from '../../../src/telemetry/catalogue.ts';

/** What runs cost in an hour, in dollars. */
const usual = 0.5;
const stepSeconds = 300;

/**
 * A day of usual cost in the OpenMetrics format, for a Prometheus that is minutes old: it ends before the last hour, which is
 * what is compared with it.
 */
export function usualCosts(target: Readonly<Record<string, string>>, now: number): string {
  const { name, help } = metrics.cost;
  const labels = Object.entries({ ...target, model: 'claude-opus-5-5' }).map(([label, value]) => `${label}="${value}"`);
  const first = Math.floor(now) - 26 * 3600;
  const samples = Array.from({ length: Math.floor((24.9 * 3600) / stepSeconds) }, (_, step) => {
    const cost = (step * stepSeconds * usual) / 3600;
    return `${name}{${labels.join(',')}} ${cost.toFixed(4)} ${first + step * stepSeconds}`;
  });
  const family = name.replace(/_total$/, '');
  return [`# HELP ${family} ${help}`, `# TYPE ${family} counter`, ...samples, '# EOF', ''].join('\n');
}
