import { answers, type Look, type ShownPanel } from './boards.ts';
import type { Sample } from './server.ts';
import type { Stand } from './stand.ts';
import { until } from './until.ts';

/** What each series of a panel showed at one moment, in seconds since the epoch. */
export interface Still {
  at: number;
  values: ReadonlyMap<string, number>;
}

interface Series extends Sample {
  key: string;
  instant: boolean;
}

/** As long as the rates of a panel look back, and a scrape more. */
const stillSeconds = 5;

/** What a panel shows once it has come to rest: a rate goes on moving for a while after what it counts. */
export function stillOf(stand: Stand, panel: ShownPanel): Promise<Still> {
  return until(`panel "${panel.title}" comes to rest`, 20, async () => {
    const look = lookAt(stand);
    const values = new Map<string, number>();
    for (const { key, instant, values: all } of await seriesOf(stand, panel, look)) {
      const late = all.filter(([at]) => instant || at > look.end - stillSeconds).map(([, value]) => Number(value));
      if (late.length === 0) continue;
      const highest = Math.max(...late);
      if (!instant && (late.length < stillSeconds || isAbove(highest, Math.min(...late)))) return undefined;
      values.set(key, highest);
    }
    return { at: look.end, values };
  });
}

/** A series of the panel went above where it was before, and none of these labels says that it is about something else. */
export async function rises(stand: Stand, panel: ShownPanel, before: Still, labels: Sample['metric'] = {}) {
  const series = await seriesOf(stand, panel, lookAt(stand));
  return series.some(({ key, metric, values }) => {
    const isIt = Object.entries(metric).every(([name, value]) => labels[name] === undefined || labels[name] === value);
    const was = before.values.get(key) ?? 0;
    return isIt && values.some(([at, value]) => at > before.at && isAbove(Number(value), was));
  });
}

/** From the beginning: totals are over the shown time. */
function lookAt({ startedAt }: Stand): Look {
  return { start: startedAt, end: Date.now() / 1000, step: 1 };
}

async function seriesOf(stand: Stand, { targets }: ShownPanel, look: Look): Promise<readonly Series[]> {
  const all = targets.map(async (target, index) =>
    (await answers(stand.prometheus, target, look)).map((sample) => ({
      ...sample,
      key: `${index} ${JSON.stringify(Object.entries(sample.metric).sort())}`,
      instant: target.instant === true,
    })),
  );
  return (await Promise.all(all)).flat();
}

/** By more than what Prometheus adds at the edges of a window. */
function isAbove(high: number, low: number): boolean {
  return high > low + Math.abs(low) * 0.05 + 1e-9;
}
