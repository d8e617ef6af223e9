import { BundleError } from './bundle-error.ts';
import { type Frame, format, type HeaderFrame } from './frame.ts';
import { wrongField } from './frame-fields.ts';
import { isTorn, unpack } from './unpack.ts';

export { BundleError } from './bundle-error.ts';

/** More than a recorder ever keeps: what unpacks to more was not written by one. */
export interface ReadLimits {
  lineBytes: number;
  bytes: number;
  /** Of all decisions together: who explains a run keeps them. */
  decisionBytes: number;
}

export const readLimits: ReadLimits = {
  lineBytes: 32 * 1024 * 1024,
  bytes: 1024 ** 3,
  decisionBytes: 32 * 1024 * 1024,
};

export interface Bundle {
  header: HeaderFrame;
  /** All frames, the header first; without the unknown ones unless they are wanted. To be read once. */
  frames: AsyncIterable<Frame>;
  /** Known when all frames are read: where it breaks off, of a bundle that was cut. */
  readonly torn: string | undefined;
  /** And what there is of the line in which it does. */
  readonly rest: string;
}

/** Opens a bundle and reads its header. Memory stays bounded, whatever the file is. */
export async function openBundle(
  path: string,
  limits: ReadLimits = readLimits,
  wanted: 'known' | 'all' = 'known',
): Promise<Bundle> {
  const state: Read = { torn: undefined, rest: '', line: 0 };
  const lines = linesOf(path, limits, state);
  // Who looks for secrets looks at whatever there is.
  const trusted = <T extends Frame>(frame: T): T => {
    const wrong = wanted === 'all' ? undefined : wrongField(frame);
    if (wrong !== undefined) throw new BundleError(`${path}: corrupt: line ${state.line}: ${frame.f}: ${wrong}`);
    return frame;
  };
  const header = await firstOf(path, lines, state, trusted);
  async function* frames(): AsyncGenerator<Frame> {
    yield header;
    let decisionBytes = 0;
    for await (const line of lines) {
      const frame = frameOf(line);
      if (frame === undefined) throw new BundleError(`${path}: corrupt: line ${state.line} is no frame`);
      if (frame.f === 'decision' || frame.f === 'footer') decisionBytes += line.length;
      if (decisionBytes > limits.decisionBytes) {
        throw new BundleError(
          `${path}: no incident bundle: its decisions have more than ${limits.decisionBytes} bytes`,
        );
      }
      if (wanted === 'all' || isKnown(frame)) yield trusted(frame);
    }
  }
  return {
    header,
    frames: frames(),
    get torn() {
      return state.torn;
    },
    get rest() {
      return state.rest;
    },
  };
}

interface Read {
  torn: string | undefined;
  rest: string;
  line: number;
}

async function firstOf(
  path: string,
  lines: AsyncGenerator<string>,
  state: Read,
  trusted: (frame: HeaderFrame) => HeaderFrame,
): Promise<HeaderFrame> {
  const first = await lines.next();
  if (first.done === true)
    throw new BundleError(`${path}: it breaks off before its first frame (${state.torn ?? 'it is packed, and empty'})`);
  try {
    return trusted(headerOf(path, first.value));
  } catch (error) {
    await lines.return(undefined);
    throw error;
  }
}

/** Whole lines; what is behind the last line break was torn off. */
async function* linesOf(path: string, limits: ReadLimits, state: Read): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let total = 0;
  try {
    for await (const bytes of unpack(path)) {
      total += bytes.length;
      if (total > limits.bytes) throw new BundleError(`${path}: it unpacks to more than ${limits.bytes} bytes`);
      let from = 0;
      for (let to = bytes.indexOf(0x0a); to >= 0; to = bytes.indexOf(0x0a, from)) {
        state.line++;
        yield Buffer.concat([...rest, bytes.subarray(from, to)]).toString('utf8');
        rest = [];
        restBytes = 0;
        from = to + 1;
      }
      restBytes += bytes.length - from;
      if (restBytes > limits.lineBytes) {
        throw new BundleError(`${path}: no incident bundle: a line has more than ${limits.lineBytes} bytes`);
      }
      if (from < bytes.length) rest.push(bytes.subarray(from));
    }
    if (restBytes > 0) state.torn = `in the middle of line ${state.line + 1}`;
  } catch (error) {
    if (!isTorn(error)) throw error;
    state.torn = `after line ${state.line}`;
  }
  state.rest = Buffer.concat(rest).toString('utf8');
}

function headerOf(path: string, line: string): HeaderFrame {
  const frame = frameOf(line);
  const given = frame !== undefined && 'format' in frame ? String(frame.format) : undefined;
  if (frame?.f !== 'header' || given === undefined || !given.startsWith('claude-k8s-incident/')) {
    throw new BundleError(`${path}: no incident bundle: its first line is not the header of one`);
  }
  if (given !== format) {
    throw new BundleError(
      `${path}: its format is ${given.slice(0, 60)}, this build reads ${format}: use a newer build`,
    );
  }
  return frame;
}

function frameOf(line: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(line);
    // The fields of a frame are the writer's word; who reads one looks at what it needs.
    return typeof value === 'object' && value !== null && 'f' in value ? (value as Frame) : undefined;
  } catch {
    return undefined;
  }
}

const known: ReadonlySet<string> = new Set<Frame['f']>([
  'header',
  'request',
  'head',
  'chunk',
  'end',
  'elided',
  'decision',
  'footer',
]);

function isKnown(frame: Frame): boolean {
  return known.has(frame.f);
}
