import type { Answer } from '../run/answer.ts';
import { faultOfResponse, faultOfThrow } from './fault.ts';
import { isJson, type Json } from './json.ts';
import type { Ask, Response, Transport } from './transport.ts';

/** An answer that takes longer than this is none. */
const oneShotMs = 30_000;

/** One call that answers with one JSON object. Never throws. `call` is how a person says it: `create jobs`. */
export async function callOnce<T>(
  transport: Transport,
  now: () => number,
  ask: Ask,
  read: (body: Json, response: Response) => T,
): Promise<Answer<T>> {
  const call = `${ask.verb} ${ask.resource}`;
  const limit = transport.limit(oneShotMs);
  try {
    const signal = ask.signal === undefined ? limit.signal : AbortSignal.any([ask.signal, limit.signal]);
    const response = await transport.send({ ...ask, signal });
    const body = parse(await response.body.text());
    if (response.status >= 200 && response.status < 300 && isJson(body)) {
      return { ok: true, value: read(body, response), serverTime: response.serverTime };
    }
    return { ok: false, fault: faultOfResponse(call, response.status, response.retryAfter, body, now()) };
  } catch (error) {
    return { ok: false, fault: faultOfThrow(call, error) };
  } finally {
    limit.clear();
  }
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
