import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const mostOfOneBlock = 128 * 1024;

/** A file of zstd that unpacks to a text and then to so many times one byte: a bomb of 10 GB has 330 KB. */
export function packedRun(text: string, byte: string, times: number, after = '', windowLog = 21): Buffer {
  // The magic, no checksum, the window.
  const blocks = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3]), raw(text)];
  for (let left = times; left > 0; left -= mostOfOneBlock) {
    blocks.push(blockHead(1, Math.min(left, mostOfOneBlock)), Buffer.from(byte));
  }
  return Buffer.concat([...blocks, raw(after, true)]);
}

function raw(text: string, isLast = false): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([blockHead(0, bytes.length, isLast), bytes]);
}

/** Type 0: the bytes themselves; 1: one byte so many times. */
function blockHead(type: 0 | 1, size: number, isLast = false): Buffer {
  const head = Buffer.alloc(3);
  head.writeUIntLE((size << 3) | (type << 1) | Number(isLast), 0, 3);
  return head;
}

/** The bytes and behind them nothing, up to a size that no disk has to hold. */
export function sparseFile(path: string, bytes: Buffer, size: number): void {
  const file = openSync(path, 'w');
  writeSync(file, bytes);
  ftruncateSync(file, size);
  closeSync(file);
}
