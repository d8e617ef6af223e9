import { createReadStream, constants as fileMode } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants, createZstdDecompress } from 'node:zlib';
import { BundleError } from './bundle-error.ts';

const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** 32 MiB: unpacking takes this much memory. A recorder packs with 2 MiB, `zstd -19` with 8. */
const windowLogMax = 25;

/** The unpacked bytes of a file, piece by piece. @throws BundleError; another error when it breaks off: see `isTorn` */
export async function* unpack(path: string): AsyncGenerator<Buffer> {
  const size = await sizeOfPacked(path);
  const file = createReadStream(path);
  const unpacked = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: windowLogMax } });
  file.on('error', (error) => unpacked.destroy(error));
  // What follows the end of the pack is told of below; an error on it may come when nobody listens any more.
  unpacked.on('error', () => {});
  file.pipe(unpacked);
  try {
    for await (const piece of unpacked) yield piece;
  } catch (error) {
    if (isTorn(error)) throw error;
    throw worded(path, error);
  } finally {
    file.destroy();
    unpacked.destroy();
  }
  const more = size - unpacked.bytesWritten;
  if (more > 0) throw new BundleError(`${path}: corrupt: ${more} bytes follow its end`);
}

export function isTorn(error: unknown): boolean {
  return codeOf(error) === 'Z_BUF_ERROR';
}

async function sizeOfPacked(path: string): Promise<number> {
  const file = await open(path, fileMode.O_RDONLY | fileMode.O_NONBLOCK).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new BundleError(`${path}: it is a directory: name the bundles in it`);
    if (!stat.isFile()) throw new BundleError(`${path}: it is no file`);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 0) throw new BundleError(`${path}: it is empty`);
    if (!buffer.subarray(0, bytesRead).equals(magic)) {
      throw new BundleError(`${path}: no incident bundle: expected a file compressed with zstd (*.ndjson.zst)`);
    }
    return stat.size;
  } catch (error) {
    throw error instanceof BundleError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

function unreadable(path: string, error: unknown): BundleError {
  return new BundleError(`${path}: can not be read (${codeOf(error) ?? String(error)})`);
}

function worded(path: string, error: unknown): BundleError {
  if (codeOf(error) === 'ZSTD_error_frameParameter_windowTooLarge') {
    const most = `${2 ** (windowLogMax - 20)} MiB`;
    return new BundleError(`${path}: to unpack it takes more than ${most}: pack it anew, without --ultra and --long`);
  }
  return new BundleError(`${path}: corrupt: ${error instanceof Error ? error.message : String(error)}`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
