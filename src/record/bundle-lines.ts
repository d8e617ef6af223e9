import { isUtf8 } from 'node:buffer';
import type { RunPlan } from '../manifest/plan.ts';
import { diagnosisOf } from '../prepare/diagnosis.ts';
import type { Outcome } from '../run/outcome.ts';
import { Bodies } from './bodies.ts';
import { type ChunkFrame, type EndFrame, type FooterFrame, type Frame, format, type HeaderFrame } from './frame.ts';
import { turnBytes } from './json-bytes.ts';
import type { Kept } from './kept.ts';
import { createRedactor, type OutputPolicy, type Redactor } from './redact.ts';
import { redactOutcome, redactTransition } from './redact-outcome.ts';

export interface BundleInput {
  plan: RunPlan;
  build: string;
  startedAt: number;
  endedAt: number;
  /** Undefined: the run never ended. */
  outcome: Outcome | undefined;
  frames: readonly Kept[];
  dropped: FooterFrame['dropped'];
  output?: OutputPolicy | undefined;
  /** Resolves when others had their turn. */
  turn(): Promise<void>;
}

/** The lines of a bundle, redacted as they are asked for. */
export async function* bundleLines(input: BundleInput): AsyncGenerator<string> {
  const { plan, startedAt, endedAt, outcome, dropped } = input;
  const redactor = createRedactor(plan, input.output);
  yield lineOf(headerOf(input, redactor));
  // A shared watch may have begun before the run did.
  const frames = input.frames.toSorted((one, other) => one.at - other.at);
  const bodies = new Bodies(frames, redactor, input.turn);
  let chars = 0;
  for (const kept of frames) {
    const t = kept.at - startedAt;
    const line = lineOf(kept.f === 'chunk' ? chunkOf(t, kept.id, await bodies.take(kept)) : frameOf(t, kept, redactor));
    yield line;
    chars += line.length;
    if (chars < turnBytes) continue;
    chars = 0;
    await input.turn();
  }
  const diagnosis = outcome === undefined ? undefined : diagnosisOf(redactOutcome(redactor, outcome));
  yield lineOf({ f: 'footer', t: endedAt - startedAt, diagnosis, dropped });
}

function headerOf({ plan, build, startedAt, output = 'filler' }: BundleInput, redactor: Redactor): HeaderFrame {
  return {
    f: 'header',
    format,
    build,
    node: process.versions.node,
    startedAt,
    // In the shape in which it was given.
    request: redactor.value(plan.request, ({ keep }) => keep) as HeaderFrame['request'],
    redaction: { output, prompt: 'filler' },
  };
}

function frameOf(t: number, kept: Exclude<Kept, { f: 'chunk' }>, redactor: Redactor): Frame {
  switch (kept.f) {
    case 'request': {
      const { id, verb, resource, method, path, body } = kept;
      const asked = { f: kept.f, t, id, verb, resource, method, path: pathOf(path, redactor) };
      return body === undefined ? asked : { ...asked, body: bodyOf(body, redactor) };
    }
    case 'head':
      return { f: kept.f, t, id: kept.id, status: kept.status, headers: kept.headers };
    case 'end':
      return { f: kept.f, t, id: kept.id, how: kept.how, ...errorOf(kept.error, redactor) };
    case 'elided':
      return { f: kept.f, t, id: kept.id, lines: kept.what.lines, bytes: kept.what.bytes, hash: kept.what.hash() };
    case 'decision':
      return { f: kept.f, t, transition: redactTransition(redactor, kept.transition) };
  }
}

/** An escape such as `%3D` parts words, as the sign does that it stands for. */
function pathOf(path: string, redactor: Redactor): string {
  const pieces = path.split(/(%[0-9A-Fa-f]{2})/);
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : redactor.text(piece))).join('');
}

function bodyOf(json: string, redactor: Redactor): unknown {
  const redacted = redactor.object(Buffer.from(json).toString('latin1'));
  return JSON.parse(Buffer.from(redacted, 'latin1').toString('utf8'));
}

function chunkOf(t: number, id: number, bytes: Buffer): ChunkFrame {
  return isUtf8(bytes)
    ? { f: 'chunk', t, id, text: bytes.toString('utf8') }
    : { f: 'chunk', t, id, base64: bytes.toString('base64') };
}

function errorOf(error: unknown, redactor: Redactor): Pick<EndFrame, 'error'> {
  if (!(error instanceof Error)) return {};
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const message = redactor.text(error.message === '' ? error.name : error.message);
  return { error: { code, message } };
}

function lineOf(frame: Frame): string {
  return `${JSON.stringify(frame)}\n`;
}
