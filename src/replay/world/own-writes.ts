import { isRecord } from '../../loopback/object.ts';
import type { Frame, RequestFrame } from '../../record/frame.ts';
import type { Anchor } from '../history/history.ts';

/** What the recorded run itself did to its Jobs. */
export interface OwnWrites {
  /** In the order of their creation. */
  jobs: readonly { name: string; uid: string }[];
  /** ms since the epoch when each was answered, the last one of a kind. */
  at: Partial<Record<Exclude<Anchor, 'started'>, number>>;
}

export function ownWrites(frames: Iterable<Frame>): OwnWrites {
  const jobs: { name: string; uid: string }[] = [];
  const at: OwnWrites['at'] = {};
  const asked = new Map<number, RequestFrame>();
  let startedAt = 0;
  for (const frame of frames) {
    if (frame.f === 'header') startedAt = frame.startedAt;
    if (frame.f === 'request' && frame.resource === 'jobs') asked.set(frame.id, frame);
    if (frame.f === 'decision' && frame.transition.type === 'job_created') {
      jobs.push({ name: frame.transition.job, uid: frame.transition.uid });
    }
    const request = frame.f === 'head' && frame.status < 300 ? asked.get(frame.id) : undefined;
    if (request === undefined) continue;
    for (const anchor of anchorsOf(request)) at[anchor] = startedAt + ('t' in frame ? frame.t : 0);
  }
  return { jobs, at };
}

function anchorsOf({ verb, body }: RequestFrame): Exclude<Anchor, 'started'>[] {
  switch (verb) {
    case 'create':
      return isRecord(body) && isRecord(body.spec) && body.spec.suspend === true
        ? ['created']
        : ['created', 'released'];
    case 'patch':
      return releases(body) ? ['released'] : [];
    case 'delete':
      return ['deleted'];
    default:
      return [];
  }
}

/** A JSON patch or a merge patch that takes the suspension off. */
function releases(body: unknown): boolean {
  if (Array.isArray(body)) {
    return body.some((one) => isRecord(one) && one.path === '/spec/suspend' && one.value !== true && one.op !== 'test');
  }
  return isRecord(body) && isRecord(body.spec) && body.spec.suspend === false;
}
