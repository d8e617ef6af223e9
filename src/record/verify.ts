import type { Frame } from './frame.ts';
import { openBundle, readLimits } from './read-bundle.ts';
import { readable } from './readable.ts';
import { secretsIn } from './secret-shapes.ts';

/** Something in a bundle that looks like a secret. The text itself is not shown: a report is shared as easily as a bundle. */
export interface Finding {
  /** Line of the unpacked bundle, from 1. */
  line: number;
  frame: Frame['f'] | 'half a frame';
  looksLike: string;
  length: number;
}

export interface Verified {
  path: string;
  frames: number;
  torn: string | undefined;
  /** The first ones. */
  findings: Finding[];
  /** How many there are. */
  found: number;
}

const findingsMax = 1_000;
/** Answers that come at the same time. */
const openMax = 10_000;
/** As much of the chunk before is looked at again. */
const overlap = 256;

/** Looks through every text of a bundle; the bodies of answers are joined, since a chunk may end in the middle of a secret. */
export function verifyBundle(path: string): Promise<Verified> {
  return readable(path, () => lookThrough(path));
}

async function lookThrough(path: string): Promise<Verified> {
  const bundle = await openBundle(path, readLimits, 'all');
  const ends = new Map<number, string>();
  const findings: Finding[] = [];
  let found = 0;
  let frames = 0;
  for await (const frame of bundle.frames) {
    frames++;
    for (const finding of findingsIn(frame, frames, ends)) {
      found++;
      if (findings.length < findingsMax) findings.push(finding);
    }
  }
  for (const {
    name,
    found: { length },
  } of secretsIn(bundle.rest)) {
    found++;
    findings.push({ line: frames + 1, frame: 'half a frame', looksLike: name, length });
  }
  return { path, frames, torn: bundle.torn, findings, found };
}

function findingsIn(frame: Frame, line: number, ends: Map<number, string>): Finding[] {
  const told = (text: string, from = 0): Finding[] =>
    secretsIn(text)
      .filter(({ found, index }) => index + found.length > from)
      .map(({ name, found }) => ({ line, frame: frame.f, looksLike: name, length: found.length }));
  if (frame.f === 'end') ends.delete(frame.id);
  if (frame.f !== 'chunk') return told(JSON.stringify(frame));
  const { text, base64, ...rest } = frame;
  const before = ends.get(frame.id) ?? '';
  const body = before + bytesOf(text, base64);
  ends.delete(frame.id);
  ends.set(frame.id, body.slice(-overlap));
  const [oldest] = ends.keys();
  if (ends.size > openMax && oldest !== undefined) ends.delete(oldest);
  return [...told(body, before.length), ...told(JSON.stringify(rest))];
}

/** A bundle is somebody else's word: what should be text may be anything. */
function bytesOf(text: unknown, base64: unknown): string {
  if (typeof text === 'string') return text;
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64').toString('latin1');
  return JSON.stringify({ text, base64 });
}
