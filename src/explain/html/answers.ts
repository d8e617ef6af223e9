import { parse } from '../../kubernetes/call.ts';
import { fields, type Json, list, text } from '../../kubernetes/json.ts';
import type { Frame } from '../../record/frame.ts';

/** An object as an answer showed it, or that it is gone. */
export interface Sight {
  t: number;
  kind: 'jobs' | 'pods';
  /** undefined: the API says that there is none of this name. */
  object: Json | undefined;
  /** Of the last part of the path, when there is no object. */
  name: string | undefined;
  deleted: boolean;
}

interface Reading {
  kind: Sight['kind'];
  verb: string;
  path: string;
  status: number | undefined;
  rest: string;
  decoder: InstanceType<typeof TextDecoder>;
  tooLong: boolean;
}

const bodyMax = 8 * 1024 * 1024;

/** Jobs and pods out of the bodies of answers: gets, lists, creates, patches, and the events of watches. */
export class Answers {
  private readonly open = new Map<number, Reading>();

  *add(frame: Frame): Generator<Sight> {
    if (frame.f === 'request') {
      const { id, resource, verb, path } = frame;
      if (resource !== 'jobs' && resource !== 'pods') return;
      const begun = { rest: '', decoder: new TextDecoder(), tooLong: false, status: undefined };
      this.open.set(id, { kind: resource, verb, path, ...begun });
      return;
    }
    const reading = 'id' in frame ? this.open.get(frame.id) : undefined;
    if (reading === undefined) return;
    if (frame.f === 'head') reading.status = frame.status;
    else if (frame.f === 'chunk') yield* this.chunk(reading, frame.t, frame.text ?? decode(reading, frame.base64));
    else if (frame.f === 'end') {
      this.open.delete(frame.id);
      if (reading.verb !== 'watch' && frame.how === 'complete') yield* whole(reading, frame.t);
    }
  }

  private *chunk(reading: Reading, t: number, piece: string): Generator<Sight> {
    if (reading.tooLong) return;
    reading.rest += piece;
    if (reading.verb === 'watch' && piece.includes('\n')) {
      const lines = reading.rest.split('\n');
      reading.rest = lines.pop() ?? '';
      for (const line of lines) yield* event(reading, t, line);
    }
    if (reading.rest.length <= bodyMax) return;
    reading.tooLong = true;
    reading.rest = '';
  }
}

function decode(reading: Reading, base64: string | undefined): string {
  return reading.decoder.decode(Buffer.from(base64 ?? '', 'base64'), { stream: true });
}

function* event({ kind }: Reading, t: number, line: string): Generator<Sight> {
  const told = parse(line);
  const type = text(told, 'type');
  const object = fields(told, 'object');
  if (object === undefined || !/^(ADDED|MODIFIED|DELETED)$/.test(type ?? '')) return;
  yield { t, kind, object, name: text(object, 'metadata', 'name'), deleted: type === 'DELETED' };
}

function* whole({ kind, verb, path, status, rest }: Reading, t: number): Generator<Sight> {
  if (status === 404 && verb === 'get') {
    yield { t, kind, object: undefined, name: nameIn(path), deleted: true };
    return;
  }
  if (status === undefined || status >= 300 || verb === 'delete') return;
  const body = parse(rest);
  const objects = verb === 'list' ? list(body, 'items') : [fields(body)].filter((one) => one !== undefined);
  for (const object of objects) {
    const name = text(object, 'metadata', 'name');
    if (name !== undefined) yield { t, kind, object, name, deleted: false };
  }
}

function nameIn(path: string): string | undefined {
  return path.split('?')[0]?.split('/').at(-1);
}
