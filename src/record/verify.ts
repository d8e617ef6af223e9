import type { Frame } from './frame.ts';
import { openBundle } from './read-bundle.ts';
import { secretsIn } from './secret-shapes.ts';

/** Something in a bundle that looks like a secret. The text itself is not shown: a report is shared as easily as a bundle. */
export interface Finding {
  /** Line of the unpacked bundle, from 1. */
  line: number;
  frame: Frame['f'];
  looksLike: string;
  length: number;
}

export interface Verified {
  path: string;
  frames: number;
  torn: string | undefined;
  findings: Finding[];
}

/** Looks through every text of a bundle; the bodies of answers are joined, since a chunk may end in the middle of a secret. */
export async function verifyBundle(path: string): Promise<Verified> {
  const bundle = await openBundle(path);
  const findings: Finding[] = [];
  const ends = new Map<number, string>();
  let frames = 0;
  for await (const frame of bundle.frames) {
    frames++;
    const before = frame.f === 'chunk' ? (ends.get(frame.id) ?? '') : '';
    const text = before + textOf(frame);
    if (frame.f === 'chunk') ends.set(frame.id, text.slice(-overlap));
    if (frame.f === 'end') ends.delete(frame.id);
    findings.push(...findingsIn(text, before.length, frames, frame.f));
  }
  return { path, frames, torn: bundle.torn, findings };
}

/** As much of the chunk before is looked at again. */
const overlap = 256;

function findingsIn(text: string, from: number, line: number, frame: Frame['f']): Finding[] {
  return secretsIn(text)
    .filter(({ found, index }) => index + found.length > from)
    .map(({ name, found }) => ({ line, frame, looksLike: name, length: found.length }));
}

function textOf(frame: Frame): string {
  if (frame.f !== 'chunk') return JSON.stringify(frame);
  return frame.text ?? Buffer.from(frame.base64 ?? '', 'base64').toString('latin1');
}
