import type { Transition } from '../../src/run/transition.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { start } from './stories.ts';

/** Exactly the series that moved, with their values after it; of a histogram's buckets the first that moved. */
export async function movedBy(act: (telemetry: Telemetry) => void): Promise<string> {
  const telemetry = createTelemetry({ buildVersion: '1.2.3' });
  const before = new Set(await series(telemetry));
  act(telemetry);
  const moved = (await series(telemetry)).filter((line) => !before.has(line));
  const first = new Set<string>();
  return moved.filter((line) => !isLaterBucket(line, first)).join('\n');
}

export function tell(telemetry: Telemetry, story: readonly Transition[], model?: string): void {
  const { listener } = telemetry.run({ runId: 'r1', at: start, model });
  for (const transition of story) listener(transition);
}

export async function series(telemetry: Telemetry): Promise<readonly string[]> {
  return (await telemetry.registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function isLaterBucket(line: string, first: Set<string>): boolean {
  if (!line.includes('_bucket{')) return false;
  const name = line.replace(/le="[^"]*",?/, '').replace(/ [^ ]*$/, '');
  if (first.has(name)) return true;
  first.add(name);
  return false;
}
