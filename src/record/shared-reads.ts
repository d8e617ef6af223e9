import type { Ask } from '../kubernetes/transport.ts';
import type { WireListener } from '../kubernetes/wire.ts';
import { keptRequest } from './own-request.ts';
import { LatestObjects, type Member } from './shared-objects.ts';
import { SharedRead } from './shared-read.ts';

/** The lists and watches that all runs of a cluster share: each run under way gets its own part of them. */
export class SharedReads {
  private readonly members = new Set<Member>();
  private readonly latest = new Map<string, LatestObjects>();
  private readonly open = new Set<SharedRead>();
  /** Nobody has been recorded so far: nothing is read for nobody. */
  private used = false;

  join(member: Member): void {
    this.used = true;
    this.members.add(member);
    for (const read of this.open) read.introduce(member);
  }

  /** The member's Job is known by its uid now, and may be another one. */
  renamed(member: Member): void {
    for (const read of this.open) read.catchUp(member);
  }

  leave(member: Member): void {
    this.members.delete(member);
  }

  listen(ask: Ask, id: number, at: number): WireListener {
    const namespace = decodeURIComponent(/\/namespaces\/([^/]+)\//.exec(ask.path)?.[1] ?? '');
    const key = `${namespace}/${ask.resource}`;
    const latest = this.latest.get(key) ?? new LatestObjects();
    this.latest.set(key, latest);
    // A watch that names no version shows first what is there: what was known before may be gone.
    if (ask.verb === 'watch' && !ask.path.includes('&resourceVersion=')) latest.clear();
    const read = new SharedRead({
      request: keptRequest(ask, id, at),
      namespace,
      latest,
      members: this.members,
      isUsed: () => this.used,
      over: () => this.open.delete(read),
    });
    this.open.add(read);
    for (const member of this.members) read.introduce(member);
    return read;
  }
}
