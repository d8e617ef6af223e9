import { text } from '../kubernetes/json.ts';
import type { Ask } from '../kubernetes/transport.ts';
import type { WireListener } from '../kubernetes/wire.ts';
import type { Kept } from './kept.ts';
import { keptRequest, listenToOwn } from './own-request.ts';

/** A run as the standing answers see it. */
interface Member {
  namespace: string;
  pin(kept: Kept): void;
}

interface Exchange {
  /** Undefined: it holds everywhere. */
  namespace: string | undefined;
  frames: Kept[];
}

/** What a run rests on without having asked for it, and what it asked for itself. */
interface Standing {
  answers: Map<string, Exchange>;
  asked: Set<string>;
}

const resources: ReadonlySet<string> = new Set(['version', 'selfsubjectaccessreviews']);
/** More namespaces than one process has runs in at a time. */
const answersMax = 500;

/**
 * The version of the API and what the account may do: asked before a run begins, or for another run and remembered since.
 * A run is given the last good answer to each question that it did not ask itself, as of its beginning.
 */
export class StandingAnswers {
  private readonly known = new Map<string, Exchange>();
  private readonly members = new Map<Member, Standing>();

  join(member: Member): void {
    this.members.set(member, { answers: new Map(this.known), asked: new Set() });
  }

  /** Gives the member what it rests on. */
  leave(member: Member): void {
    const { answers, asked } = this.members.get(member) ?? { answers: new Map<string, Exchange>(), asked: new Set() };
    this.members.delete(member);
    for (const [key, { namespace, frames }] of answers) {
      if (asked.has(key) || (namespace !== undefined && namespace !== member.namespace)) continue;
      for (const kept of frames) member.pin(kept);
    }
  }

  /** Undefined for any other question. */
  listen(ask: Ask, id: number, at: number, asker: Member | undefined): WireListener | undefined {
    if (!resources.has(ask.resource)) return undefined;
    const request = keptRequest(ask, id, at);
    const key = `${request.path} ${request.body}`;
    const frames: Kept[] = [];
    if (asker !== undefined) this.members.get(asker)?.asked.add(key);
    const pin = (kept: Kept) => {
      frames.push(kept);
      asker?.pin(kept);
      if (isGood(frames))
        this.learn(key, { namespace: text(ask.body, 'spec', 'resourceAttributes', 'namespace'), frames });
    };
    pin(request);
    return listenToOwn(ask, id, { pin, log: pin });
  }

  /** A question under way is shared: who began meanwhile rests on its answer too. */
  private learn(key: string, exchange: Exchange): void {
    this.known.delete(key);
    this.known.set(key, exchange);
    const [oldest] = this.known.keys();
    if (this.known.size > answersMax && oldest !== undefined) this.known.delete(oldest);
    for (const { answers } of this.members.values()) if (!answers.has(key)) answers.set(key, exchange);
  }
}

function isGood(frames: readonly Kept[]): boolean {
  const last = frames.at(-1);
  if (last?.f !== 'end' || last.how !== 'complete') return false;
  return frames.some((kept) => kept.f === 'head' && kept.status < 300);
}
