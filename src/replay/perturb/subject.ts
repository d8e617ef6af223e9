import type { Frame } from '../../record/frame.ts';
import { BundleError, openBundle } from '../../record/read-bundle.ts';
import { readable } from '../../record/readable.ts';
import { expectedOf } from '../expectation.ts';
import { historyOf } from '../history/build.ts';
import type { History } from '../history/history.ts';
import type { Reference } from '../judge/judge.ts';
import { recordedReference } from '../judge/recorded-reference.ts';
import { type OwnWrites, ownWrites } from '../world/own-writes.ts';

/** One recording that is played with more going wrong, as often as wanted. */
export interface Subject {
  path: string;
  history: History;
  own: OwnWrites;
  reference: Reference;
  /** Each distinct moment at which something was recorded, ms since the epoch. */
  moments: readonly number[];
}

/** @throws BundleError also for a bundle without a verdict */
export function subjectOf(path: string): Promise<Subject> {
  return readable(path, () => read(path));
}

async function read(path: string): Promise<Subject> {
  const { frames: all, torn } = await openBundle(path);
  const frames: Frame[] = [];
  for await (const frame of all) frames.push(frame);
  const recorded = recordedReference(frames);
  if (recorded === undefined) {
    throw new BundleError(`${path}: it has no verdict to compare with (it breaks off ${torn ?? 'before its footer'})`);
  }
  const { verdict = recorded.verdict } = await expectedOf(path);
  const history = historyOf(frames);
  const times = frames.flatMap((frame) => ('t' in frame ? [history.startedAt + frame.t] : []));
  return {
    path,
    history,
    own: ownWrites(frames),
    reference: { ...recorded, verdict },
    moments: [...new Set(times)].sort((one, other) => one - other),
  };
}
