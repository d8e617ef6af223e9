import type { Tracer } from '@opentelemetry/api';
import type { Frame } from '../record/frame.ts';
import { BundleError, openBundle } from '../record/read-bundle.ts';
import { readable } from '../record/readable.ts';
import type { Replayable } from './contract.ts';
import { type Expectation, expectedOf } from './expectation.ts';
import { historyOf } from './history/build.ts';
import type { History } from './history/history.ts';
import { countersIn } from './judge/counters.ts';
import { type Judgement, judge, type Reference, verdictOf } from './judge/judge.ts';
import { recordedReference } from './judge/recorded-reference.ts';
import { play } from './play.ts';
import type { Played } from './played.ts';
import { type OwnWrites, ownWrites } from './world/own-writes.ts';

/** Lets one build live through a recording. */
export type Player = (recording: { history: History; own: OwnWrites; scraped: boolean }) => Promise<Played>;

/** A build that can be put into a world of its own. */
export function inVirtualTime(build: Replayable, tracer?: Tracer): Player {
  return (recording) => play({ build, tracer, ...recording });
}

export interface OneInput {
  path: string;
  /** Undefined: the recorded run. */
  reference?: Reference | undefined;
  strict?: boolean;
  /** A scrape of the build is wanted, also where there is nothing to hold it against. */
  scraped?: boolean;
}

export interface Replayed {
  path: string;
  judgement: Judgement;
  accepted: Expectation['accept'];
  /** Where the bundle breaks off, of one that was cut. */
  torn: string | undefined;
  /** Under which its spans were exported, if they were. */
  traceId: string | undefined;
  /** Real ms of the replay itself, without the reading of the bundle. */
  tookMs: number;
}

interface Loaded {
  history: History;
  own: OwnWrites;
  recorded: Reference | undefined;
  torn: string | undefined;
}

/** Replays one bundle. @throws BundleError */
export async function replayOne(
  player: Player,
  { path, reference, strict = false, scraped = reference?.counters !== undefined }: OneInput,
  now: () => number,
): Promise<Replayed> {
  const { history, own, recorded: itsOwn, torn } = await load(path);
  const expectation = await expectedOf(path);
  const recorded = reference ?? itsOwn;
  if (recorded === undefined) {
    throw new BundleError(
      `${path}: it has no verdict to compare with (it breaks off ${torn ?? 'before its footer'}): give --against`,
    );
  }
  const from = now();
  const played = await player({ history, own, scraped });
  const tookMs = now() - from;
  const verdict = reference === undefined ? (expectation.verdict ?? recorded.verdict) : recorded.verdict;
  const judgement = judge(history, { ...recorded, verdict }, played, strict);
  return { path, judgement, accepted: expectation.accept, torn, traceId: played.traceId, tookMs };
}

/** What another build makes of the bundle, to be held against. @throws BundleError */
export async function referenceBy(player: Player, path: string): Promise<Reference> {
  const { history, own } = await load(path);
  return asReference(await player({ history, own, scraped: true }));
}

function asReference({ build, diagnosis, tells, steps, lines, requests, metrics }: Played): Reference {
  const counters = countersIn(metrics);
  return {
    name: `build ${build}`,
    verdict: verdictOf(diagnosis),
    tells,
    steps,
    delivered: lines.length,
    requests,
    counters,
  };
}

async function load(path: string): Promise<Loaded> {
  const bundle = await openBundle(path);
  return readable(path, async () => {
    const frames: Frame[] = [];
    for await (const frame of bundle.frames) frames.push(frame);
    const [history, own, recorded] = [historyOf(frames), ownWrites(frames), recordedReference(frames)];
    return { history, own, recorded, torn: bundle.torn };
  });
}
