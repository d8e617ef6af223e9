import { placeOf } from '../../loopback/api-request.ts';
import { isRecord } from '../../loopback/object.ts';
import type { Frame, RequestFrame } from '../../record/frame.ts';
import type { Transition } from '../../run/transition.ts';
import type { Anchor } from '../history/history.ts';

type Write = Exclude<Anchor, 'started'>;

/** What the recorded run itself did to its Jobs. */
export interface OwnWrites {
  /** In the order of their creation. */
  jobs: readonly { name: string; uid: string }[];
  /** Of those that it came to by another way. */
  adopted: readonly { name: string; uid: string }[];
  /** Of its Job, but for those that are the product's. */
  labels: Readonly<Record<string, string>>;
  /** Names of other Jobs that it deleted. */
  removed: readonly string[];
  /** ms since the epoch when each was answered, for the Job that the run had last. */
  at: Partial<Record<Write, number>>;
  /** And when it was asked for: what it brings about may be seen before the answer. */
  asked: Partial<Record<Write, number>>;
}

export function ownWrites(frames: Iterable<Frame>): OwnWrites {
  const reader = new Reader();
  for (const frame of frames) reader.take(frame);
  return reader.own;
}

class Reader {
  readonly own = {
    jobs: [] as { name: string; uid: string }[],
    adopted: [] as { name: string; uid: string }[],
    labels: {} as Record<string, string>,
    removed: [] as string[],
    at: {} as OwnWrites['at'],
    asked: {} as OwnWrites['asked'],
  };
  private startedAt = 0;
  private readonly open = new Map<number, RequestFrame>();
  /** A creation without an answer. */
  private lost: RequestFrame | undefined;

  take(frame: Frame): void {
    switch (frame.f) {
      case 'header':
        this.startedAt = frame.startedAt;
        return;
      case 'request':
        if (frame.resource === 'jobs') this.open.set(frame.id, frame);
        return;
      case 'head':
      case 'end': {
        const request = this.open.get(frame.id);
        this.open.delete(frame.id);
        if (request === undefined) return;
        if (frame.f === 'head' && frame.status < 300) this.answered(request, frame.t);
        // It may have been carried out. If it was not, it was asked for again, and that counts.
        else if (frame.f === 'end' && request.verb !== 'create') this.answered(request, request.t);
        else if (frame.f === 'end') this.lost = request;
        return;
      }
      case 'decision':
        return this.decided(frame.transition);
    }
  }

  private decided(transition: Transition): void {
    if (transition.type === 'job_adopted') {
      this.own.adopted.push({ name: transition.job, uid: transition.uid });
      this.forget();
    }
    if (transition.type !== 'job_created') return;
    this.own.jobs.push({ name: transition.job, uid: transition.uid });
    if (this.lost !== undefined) this.answered(this.lost, transition.at - this.startedAt);
    this.lost = undefined;
  }

  private answered(request: RequestFrame, t: number): void {
    const { name } = placeOf(new URL(request.path, 'http://recorded').pathname);
    if (request.verb === 'create') {
      this.forget();
      this.own.labels = configuredLabels(request.body);
    } else if (![...this.own.jobs, ...this.own.adopted].some((job) => job.name === name)) {
      if (request.verb === 'delete' && name !== undefined) this.own.removed.push(name);
      return;
    }
    for (const write of writesOf(request)) {
      this.own.at[write] = this.startedAt + t;
      this.own.asked[write] = this.startedAt + request.t;
    }
  }

  /** Another Job: what was done to the one before does not count for it. */
  private forget(): void {
    this.own.at = {};
    this.own.asked = {};
    this.lost = undefined;
  }
}

function writesOf({ verb, body }: RequestFrame): Write[] {
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

function configuredLabels(job: unknown): Record<string, string> {
  const { labels } = Object(Object(job).metadata);
  const given = Object.entries(Object(labels)).filter(
    (label): label is [string, string] => typeof label[1] === 'string' && !ours.test(label[0]),
  );
  return Object.fromEntries(given);
}

const ours = /^(paperclip|app\.kubernetes)\.io\//;
