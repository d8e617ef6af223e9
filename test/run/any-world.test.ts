import { describe, expect, test } from 'vitest';
import { Cluster } from './cluster.ts';
import { type Life, seeded, type Weather } from './nature.ts';
import { request } from './request.ts';
import { done, init, said } from './world.ts';

const minute = 60_000;

/** A world that may be: whatever is drawn, it keeps to the rules of a cluster. */
function draw(seed: number) {
  const random = seeded(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const maybe = <T>(chance: number, value: () => T) => (random() < chance ? value() : undefined);
  const endsAt = 500 + upTo(maybe(0.3, () => 40 * minute) ?? 30_000);
  const count = upTo(40);
  const after = Array.from({ length: count }, () => upTo(endsAt)).sort((a, b) => a - b);
  const talk = after.map((at, n) => ({ after: at, text: n === 0 ? init.text : `${said.text.slice(0, -1)},"n":${n}}` }));
  const finished = random() < 0.7;
  const life: Life = {
    startsAt: upTo(20_000),
    lines: finished ? [...talk, { after: endsAt, text: done.text }] : talk,
    endsAt,
    exitCode: finished ? 0 : upTo(3),
  };
  const outages = Array.from({ length: upTo(4) }, () => {
    const from = upTo(endsAt + 60_000);
    return [from, from + upTo(maybe(0.2, () => 90 * minute) ?? 2 * minute)] as const;
  });
  const weather: Weather = {
    outages,
    faultRate: random() < 0.5 ? 0 : random() * 0.4,
    cutRate: random() < 0.4 ? 0 : random() * 0.3,
    skew: random() < 0.5 ? 0 : upTo(20 * minute) - 10 * minute,
    cancelAt: maybe(0.2, () => upTo(endsAt + 40_000)),
    mayPatch: random() < 0.8,
    deleteJobAt: maybe(0.15, () => 2_000 + upTo(endsAt + 30_000)),
  };
  const limits = { ...request().limits, timeoutSec: maybe(0.2, () => 60 + upTo(1_200)) ?? 0 };
  return { random, life, weather, over: { limits, retainJobs: random() < 0.1 } };
}

function play(seed: number): Cluster {
  const { random, life, weather, over } = draw(seed);
  const world = new Cluster(random, life, weather, over);
  for (let steps = 0; world.outcome === undefined; steps++) {
    if (steps > 60_000) throw new Error('the run never ends');
    world.step();
  }
  return world;
}

/** Undefined when all holds that has to, whatever the world was like. */
function broken(world: Cluster): string | undefined {
  const { outcome, weather, life } = world;
  if (outcome === undefined || world.finishes !== 1) return `${world.finishes} ends`;
  const { evidence, verdict } = outcome;
  const stopped = evidence.stop !== undefined;
  if (world.early.length > 0 && !stopped) return `${world.early} while the container was alive`;
  const all = text(life.lines);
  if (!all.startsWith(world.delivered)) return `lines lost in the middle, doubled or out of order: ${world.delivered}`;
  // A run that is refused before it holds a Job has no output.
  if (evidence.refusal !== undefined) {
    const claimed = verdict.message.includes('never started') && world.containerStart !== undefined;
    return claimed ? 'a Job called never started that was' : undefined;
  }
  if (evidence.log.gaps.some(({ before }) => before !== undefined))
    return 'a gap before a line that followed the last one';
  const whole = world.delivered === text(world.printed);
  if (!whole && evidence.log.complete) return 'a log called complete that is not';
  if (!whole && evidence.log.gaps.length === 0 && !stopped && weather.deleteJobAt === undefined)
    return 'lines lost without a word';
  if (verdict.code === null && (life.exitCode !== 0 || !whole)) return 'a success that was none';
  if (verdict.code === 'k8s_job_deleted_externally' && weather.deleteJobAt === undefined) return 'a deletion by nobody';
  if (verdict.notes.some((note) => note.includes('TTL'))) return 'a time-to-live that was not over';
  if (verdict.code === 'cancelled' && weather.cancelAt === undefined) return 'a cancel by nobody';
  if (verdict.code === 'timeout' && !stopped) return 'a timeout that never was';
  return late(world);
}

/** A run has ended soon after its container has, or after the API has come back. */
function late({ containerEnd, elapsed, now, weather }: Cluster): string | undefined {
  const clear = Math.max(...weather.outages.map(([, to]) => to), weather.cancelAt ?? 0, 0);
  const since = Math.min(now - (containerEnd ?? now), elapsed - clear);
  return since > 3 * minute ? `an end that came ${since} ms late` : undefined;
}

function text(lines: readonly { text: string }[]): string {
  return lines.map((line) => `${line.text}\n`).join('');
}

describe('in any world', () => {
  test.each(Array.from({ length: 20 }, (_, block) => block * 25))(
    'from seed %i on: a run ends once, and truthfully',
    (first) => {
      for (let seed = first; seed < first + 25; seed++) {
        let fault: string | undefined;
        let verdict: unknown;
        try {
          const world = play(seed);
          verdict = world.outcome?.verdict;
          fault = broken(world);
        } catch (error) {
          fault = error instanceof Error ? error.message : String(error);
        }
        expect(fault, `seed ${seed}: ${JSON.stringify(verdict)}`).toBeUndefined();
      }
    },
  );
});
