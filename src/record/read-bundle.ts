import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createZstdDecompress } from 'node:zlib';
import { type Frame, format, type HeaderFrame } from './frame.ts';

/** A bundle that is none, or that can not be read; the message says which and what to do. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** More than a recorder ever keeps: what unpacks to more was not written by one. */
export interface ReadLimits {
  lineBytes: number;
  bytes: number;
}

const readLimits: ReadLimits = { lineBytes: 32 * 1024 * 1024, bytes: 1024 ** 3 };

export interface Bundle {
  header: HeaderFrame;
  /** All frames, the header first; unknown ones are left out. To be read once. */
  frames: AsyncIterable<Frame>;
  /** Known when all frames are read: where it breaks off, of a bundle that was cut. */
  readonly torn: string | undefined;
}

/** Opens a bundle and reads its header. Memory stays bounded, whatever the file is. */
export async function openBundle(path: string, limits: ReadLimits = readLimits): Promise<Bundle> {
  await requireZstd(path);
  const state: { torn: string | undefined; line: number } = { torn: undefined, line: 0 };
  const lines = linesOf(path, limits, state);
  const first = await lines.next();
  if (first.done === true) throw new BundleError(`${path}: it breaks off before its first frame (${state.torn})`);
  const header = headerOf(path, first.value);
  async function* frames(): AsyncGenerator<Frame> {
    yield header;
    for await (const line of lines) {
      const frame = frameOf(line);
      if (frame === undefined) throw new BundleError(`${path}: corrupt: line ${state.line} is no frame`);
      if (isKnown(frame)) yield frame;
    }
  }
  return {
    header,
    frames: frames(),
    get torn() {
      return state.torn;
    },
  };
}

const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

async function requireZstd(path: string): Promise<void> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new BundleError(`${path}: can not be read (${error.code ?? error.message})`);
  });
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 0) throw new BundleError(`${path}: it is empty`);
    if (!buffer.subarray(0, bytesRead).equals(magic)) {
      throw new BundleError(`${path}: no incident bundle: expected a file compressed with zstd (*.ndjson.zst)`);
    }
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError(`${path}: can not be read (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    await file.close();
  }
}

/** Whole lines; what is behind the last line break was torn off. */
async function* linesOf(
  path: string,
  limits: ReadLimits,
  state: { torn: string | undefined; line: number },
): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let total = 0;
  const file = createReadStream(path);
  const unpacked = createZstdDecompress();
  file.on('error', (error) => unpacked.destroy(error));
  file.pipe(unpacked);
  try {
    for await (const piece of unpacked) {
      const bytes: Buffer = piece;
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
    if (!isTorn(error)) throw worded(path, error);
    state.torn = `after line ${state.line}`;
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}

function isTorn(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
}

function worded(path: string, error: unknown): BundleError {
  if (error instanceof BundleError) return error;
  return new BundleError(`${path}: corrupt: ${error instanceof Error ? error.message : String(error)}`);
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
