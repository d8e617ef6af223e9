import type { Frame } from '../src/record/frame.ts';
import { openBundle } from '../src/record/read-bundle.ts';
import { readable } from '../src/record/readable.ts';
import { historyOf } from '../src/replay/history/build.ts';
import type { History } from '../src/replay/history/history.ts';
import { type OwnWrites, ownWrites } from '../src/replay/world/own-writes.ts';

export interface Incident {
  history: History;
  own: OwnWrites;
}

/** @throws BundleError, and Error for a recording that can not be shown from its beginning */
export async function openIncident(path: string): Promise<Incident> {
  const { history, own } = await readable(path, async () => {
    const frames: Frame[] = [];
    const bundle = await openBundle(path);
    for await (const frame of bundle.frames) frames.push(frame);
    return { history: historyOf(frames), own: ownWrites(frames) };
  });
  if (history.request.start.as !== 'new')
    throw new Error(`${path}: it begins in the middle of a run; choose another one`);
  return { history, own };
}
