import type { ApiFault } from '../run/answer.ts';
import { parse } from './call.ts';
import { faultOfResponse, faultOfThrow } from './fault.ts';
import { fields, isJson, type Json, number, text } from './json.ts';
import type { Transport } from './transport.ts';

export type WatchEnd =
  /** The server's own time limit, or a cut that looks like it. */
  | { is: 'ended' }
  | { is: 'reset'; fault: ApiFault }
  /** The version is compacted away: list again. */
  | { is: 'expired' }
  | { is: 'refused'; fault: ApiFault };

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: Json;
}

/** Reads one watch to its end. `heard` is called for every byte that came, so that silence can be told from death. */
export async function readWatch(
  transport: Transport,
  now: () => number,
  ask: { path: string; resource: string; signal: AbortSignal },
  on: { heard(): void; event(event: WatchEvent): void },
): Promise<WatchEnd> {
  const call = `watch ${ask.resource}`;
  try {
    const response = await transport.send({ method: 'GET', verb: 'watch', shared: true, ...ask });
    if (response.status === 410) {
      await response.body.dump();
      return { is: 'expired' };
    }
    if (response.status !== 200) {
      const body = parse(await response.body.text());
      return { is: 'refused', fault: faultOfResponse(call, response.status, response.retryAfter, body, now()) };
    }
    on.heard();
    const rest: Buffer[] = [];
    for await (const chunk of response.body) {
      on.heard();
      for (const line of linesOf(rest, chunk)) {
        const end = take(line, call, on.event);
        if (end !== undefined) return end;
      }
    }
    return { is: 'ended' };
  } catch (error) {
    return { is: 'reset', fault: faultOfThrow(call, error) };
  }
}

function linesOf(rest: Buffer[], chunk: Buffer): string[] {
  const end = chunk.lastIndexOf(0x0a);
  if (end < 0) {
    rest.push(chunk);
    return [];
  }
  const whole = Buffer.concat([...rest.splice(0), chunk.subarray(0, end)]).toString('utf8');
  if (end + 1 < chunk.length) rest.push(chunk.subarray(end + 1));
  return whole.split('\n').filter((line) => line !== '');
}

function take(line: string, call: string, event: (event: WatchEvent) => void): WatchEnd | undefined {
  const frame = parse(line);
  const object = fields(frame, 'object');
  const type = text(frame, 'type');
  if (!isJson(frame) || object === undefined) {
    return { is: 'reset', fault: faultOfThrow(call, new Error('a frame of the watch is not readable')) };
  }
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK') {
    event({ type, object });
    return undefined;
  }
  const status = number(object, 'code') ?? 500;
  if (status === 410) return { is: 'expired' };
  return { is: 'refused', fault: faultOfResponse(call, status, undefined, object, 0) };
}
