import { isJson } from '../kubernetes/json.ts';
import type { Frame } from './frame.ts';

/** What a field has to be, in words; undefined when it is that. */
type Check = (value: unknown) => string | undefined;

/** No run began before 1970, and none is written that ends after the year 10000: both ends of it can be told as a date. */
const latest = Date.UTC(10_000, 0);
const longest = 100 * 365 * 24 * 3600 * 1000;

const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text');
/** Of a namespace: whoever replays asks for it by a path, and whoever explains names it in a command. */
const label: Check = (value) =>
  typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value) ? undefined : 'a DNS label';
const path: Check = (value) => text(value) ?? (isPath(String(value)) ? undefined : 'the path of a URL');
const number: Check = (value) => (Number.isFinite(value) ? undefined : 'a number');
const fields: Check = (value) => (isJson(value) ? undefined : 'an object');
const moment: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < latest ? undefined : 'ms since 1970, before the year 10000';
const offset: Check = (value) =>
  typeof value === 'number' && Math.abs(value) < longest ? undefined : 'ms since the begin of the run';
const perhaps =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const texts: Check = (value) =>
  isJson(value) && Object.values(value).every((one) => typeof one === 'string') ? undefined : 'an object of texts';

/** Fields by their path, of each kind of frame: those that readers rely on without a look of their own. */
const checks: Readonly<Record<Frame['f'], Readonly<Record<string, Check>>>> = {
  header: {
    build: text,
    startedAt: moment,
    request: fields,
    'request.runId': text,
    'request.agentId': text,
    'request.namespace': label,
    'request.jobName': text,
    'request.holder': fields,
    'request.start': fields,
    'request.limits': fields,
    'request.model': perhaps(text),
    'request.traceparent': perhaps(text),
  },
  request: { t: offset, id: number, verb: text, resource: text, method: text, path },
  head: { t: offset, id: number, status: number, headers: texts },
  chunk: { t: offset, id: number, text: perhaps(text), base64: perhaps(text) },
  end: { t: offset, id: number, how: text, error: perhaps(fields), 'error.message': perhaps(text) },
  elided: { t: offset, id: number, lines: number, bytes: number, hash: text },
  decision: { t: offset, transition: fields, 'transition.type': text, 'transition.at': moment },
  footer: { t: offset },
};

/** Also when each of its parts is taken by itself. */
function isPath(given: string): boolean {
  try {
    decodeURIComponent(new URL(given, 'http://recorded').pathname);
    return given.startsWith('/');
  } catch {
    return false;
  }
}

const paths = Object.fromEntries(
  Object.entries(checks).map(([kind, of]) => [
    kind,
    Object.entries(of).map(([path, check]) => ({ path, keys: path.split('.'), check })),
  ]),
);

/** Why a frame is none of its kind: which field, what came and what is expected. Frames of other kinds are anybody's. */
export function wrongField(frame: Frame): string | undefined {
  for (const { path, keys, check } of paths[frame.f] ?? []) {
    const value = keys.reduce<unknown>((left, key) => (isJson(left) ? left[key] : undefined), frame);
    const expected = check(value);
    if (expected !== undefined)
      return `${path}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 60) ?? 'nothing'}`;
  }
  return undefined;
}
