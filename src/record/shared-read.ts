import { parse } from '../kubernetes/call.ts';
import { fields, isJson, type Json, list, text } from '../kubernetes/json.ts';
import type { WireListener } from '../kubernetes/wire.ts';
import type { Kept, KeptRequest } from './kept.ts';
import { keptHeaders } from './own-request.ts';
import { belongsTo, type LatestObjects, type Member, uidOf, versionOf } from './shared-objects.ts';

export interface SharedReadInput {
  request: KeptRequest;
  namespace: string;
  latest: LatestObjects;
  members: ReadonlySet<Member>;
  isUsed(): boolean;
  over(): void;
}

const newline = Buffer.from('\n');

/**
 * One list or watch of a reflector. A member is told of the request and of how it ended; of the objects only its own.
 * A list comes to it as one chunk when it is complete, a watch event when its line is.
 */
export class SharedRead implements WireListener {
  private readonly input: SharedReadInput;
  private readonly told = new Set<Member>();
  private answer: Extract<Kept, { f: 'head' }> | undefined;
  private rest: Buffer[] = [];

  constructor(input: SharedReadInput) {
    this.input = input;
  }

  introduce(member: Member): void {
    if (member.namespace !== this.input.namespace || this.told.has(member)) return;
    this.told.add(member);
    member.pin(this.input.request);
    if (this.answer !== undefined) member.pin(this.answer);
    this.catchUp(member);
  }

  catchUp(member: Member): void {
    const { request, latest } = this.input;
    if (this.told.has(member) && this.isWatch) latest.give(member, request.resource, request.id);
  }

  head(status: number, headers: Readonly<Record<string, string>>, at: number): void {
    this.answer = { f: 'head', at, id: this.input.request.id, status, headers: keptHeaders(headers) };
    this.tell(this.answer);
    for (const member of this.members) this.catchUp(member);
  }

  chunk(bytes: Buffer, at: number): void {
    if (!this.input.isUsed()) return;
    if (!this.isWatch) return void this.rest.push(Buffer.from(bytes));
    const end = bytes.lastIndexOf(newline);
    if (end < 0) return void this.rest.push(Buffer.from(bytes));
    const whole = Buffer.concat([...this.rest.splice(0), bytes.subarray(0, end)]);
    if (end + 1 < bytes.length) this.rest.push(Buffer.from(bytes.subarray(end + 1)));
    for (let from = 0; from < whole.length; ) {
      const to = whole.indexOf(newline, from);
      const stop = to < 0 ? whole.length : to;
      this.event(Buffer.concat([whole.subarray(from, stop), newline]), at);
      from = stop + 1;
    }
  }

  end(how: 'complete' | 'aborted' | 'failed', error: unknown, at: number): void {
    const { request, over } = this.input;
    if (!this.isWatch && this.rest.length > 0) this.listed(Buffer.concat(this.rest.splice(0)), how, at);
    this.tell({ f: 'end', at, id: request.id, how, error });
    over();
  }

  private get isWatch(): boolean {
    return this.input.request.verb === 'watch' && this.answer?.status === 200;
  }

  /** Those who are still recorded. */
  private get members(): Member[] {
    return [...this.told].filter((member) => this.input.members.has(member));
  }

  private tell(kept: Kept): void {
    for (const member of this.members) member.pin(kept);
  }

  private event(line: Buffer, at: number): void {
    const { request, latest } = this.input;
    const event = parse(line.toString('utf8'));
    const type = text(event, 'type');
    const object = fields(event, 'object');
    const kept: Kept = { f: 'chunk', at, id: request.id, bytes: line };
    if (object === undefined || !isObjectEvent(type)) return this.tell(kept);
    if (type === 'DELETED') latest.forget(object);
    else latest.see(object, line, at);
    for (const member of this.members) {
      if (!belongsTo(member, request.resource, object)) continue;
      member.has.set(uidOf(object), versionOf(object));
      member.pin(kept);
    }
  }

  private listed(body: Buffer, how: 'complete' | 'aborted' | 'failed', at: number): void {
    const { request, latest } = this.input;
    const answer = parse(body.toString('utf8'));
    if (this.answer?.status !== 200) return this.tell({ f: 'chunk', at, id: request.id, bytes: body });
    // Half a list can not be told apart by its runs.
    if (how !== 'complete' || !isJson(answer)) return;
    const items = list(answer, 'items');
    latest.clear();
    for (const object of items) latest.see(object, eventOf(object), at);
    for (const member of this.members) {
      const own = items.filter((object) => belongsTo(member, request.resource, object));
      for (const object of own) member.has.set(uidOf(object), versionOf(object));
      const bytes = Buffer.from(JSON.stringify({ ...answer, items: own }));
      member.pin({ f: 'chunk', at, id: request.id, bytes });
    }
  }
}

function isObjectEvent(type: string | undefined): boolean {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED';
}

function eventOf(object: Json): Buffer {
  return Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
}
