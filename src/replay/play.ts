import type { Frame } from '../record/frame.ts';
import type { Replayable } from './contract.ts';
import type { History } from './history/history.ts';
import type { Deletion } from './world/deletions.ts';
import { drive } from './world/drive.ts';
import { ownWrites } from './world/own-writes.ts';
import { VirtualClock } from './world/virtual-clock.ts';
import { openWorld } from './world/world.ts';

export interface Step {
  readonly type: string;
  readonly at: number;
  readonly [fact: string]: unknown;
}

/** One build's run through one recording. */
export interface Played {
  build: string;
  ended: 'verdict' | 'never' | 'fault';
  /** Why it never ended, or what it threw. */
  why: string | undefined;
  /** The diagnosis, when there is a verdict. */
  diagnosis: Readonly<Record<string, unknown>>;
  steps: readonly Step[];
  /** The agent's lines as the host got them. */
  lines: readonly string[];
  /** By call: `create jobs`. */
  requests: ReadonlyMap<string, number>;
  deletions: readonly Deletion[];
  metrics: string;
  /** Virtual ms from the beginning to the verdict. */
  tookMs: number;
  /** ms of the verdict after the end of the recording, where the world has nothing more to tell; 0 before it. */
  beyondMs: number;
}

/** So long after its last recorded moment the world is watched: every limit of a run that is not without limits is shorter. */
const beyondMs = 6 * 3600 * 1000;

/** Lets a build live through what was recorded, in virtual time. Never throws for what the build does. */
export async function play(build: Replayable, history: History, frames: Iterable<Frame>): Promise<Played> {
  const clock = new VirtualClock(history.startedAt);
  const world = openWorld({ history, own: ownWrites(frames), clock, stirred: clock.stirred });
  const steps: Step[] = [];
  const output: string[] = [];
  let end: { diagnosis: unknown } | { fault: unknown } | undefined;
  const run = build.begin(
    { clock, dispatcher: world.dispatcher, server: 'http://recorded.invalid' },
    { request: history.request },
    {
      log: (text) => void output.push(text),
      transition: (transition) => void steps.push({ ...transition }),
    },
  );
  run.outcome.then(
    (diagnosis) => {
      end = { diagnosis };
    },
    (fault) => {
      end = { fault };
    },
  );
  world.told((what, reason) => (what === 'cancel' ? run.cancel(reason) : run.release(reason)));
  const how = await drive(clock, { over: () => end !== undefined, until: history.endedAt + beyondMs });
  const endedAt = clock.now();
  const metrics = await run.metrics();
  await run.close();
  return {
    build: build.build,
    ...endOf(end, how),
    steps,
    lines: agentLines(output.join('')),
    requests: countOf(
      world.api.requests.map(({ verb, resource, subresource }) => callNamed(verb, resource, subresource)),
    ),
    deletions: world.deletions.all,
    metrics,
    tookMs: endedAt - history.startedAt,
    beyondMs: Math.max(0, endedAt - history.endedAt),
  };
}

function endOf(
  end: { diagnosis: unknown } | { fault: unknown } | undefined,
  how: 'over' | 'idle' | 'too-late',
): Pick<Played, 'ended' | 'why' | 'diagnosis'> {
  if (end === undefined) {
    const why =
      how === 'idle' ? 'nothing waits for anything any more' : `no verdict ${beyondMs / 1000} s after the recording`;
    return { ended: 'never', why, diagnosis: {} };
  }
  if ('fault' in end) {
    return { ended: 'fault', why: end.fault instanceof Error ? end.fault.stack : String(end.fault), diagnosis: {} };
  }
  return { ended: 'verdict', why: undefined, diagnosis: Object(end.diagnosis) };
}

function agentLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('[paperclip] '));
}

function callNamed(verb: string, resource: string, subresource: string | undefined): string {
  return `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
