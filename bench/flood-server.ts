import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { agentLines } from './flood-lines.ts';
import { ending } from './parts.ts';

/**
 * A process of its own that serves one log of a given size, as `pods/log?timestamps=true` does, as fast as it is read.
 * The stamps say how fast the container wrote; the second argument is its lines a second.
 */
const begin = Date.UTC(2026, 0, 2);
const blockMs = 100;
const [bytes = Number.NaN, linesPerSecond = Number.NaN] = process.argv.slice(2).map(Number);
const linesPerBlock = (linesPerSecond * blockMs) / 1000;
if (!(bytes > 0 && linesPerBlock >= 1)) throw new Error('usage: flood-server.ts <bytes of the log> <lines a second>');

const texts = agentLines();
const stampOf = (block: number, line = 0) =>
  `${new Date(begin + block * blockMs).toISOString().slice(0, 21)}${String((line * 1e8) / linesPerBlock).padStart(8, '0')}Z`;
const entries = Array.from({ length: linesPerBlock }, (_, line) => ({
  line,
  text: Buffer.from(` ${texts[line % texts.length]}\n`),
}));
const starts: number[] = [];
let size = 0;
for (const { text } of entries) {
  starts.push(size);
  size += stampOf(0).length + text.length;
}
const blocks = Math.max(1, Math.round(bytes / size));

/** The lines of one block under its stamps, in memory of their own: it is on its way while the next one is made. */
function blockBytes(template: Buffer, block: number): Buffer {
  const made = Buffer.from(template);
  const seconds = stampOf(block).slice(0, 21);
  for (const start of starts) made.write(seconds, start, 'latin1');
  return made;
}

const template = Buffer.concat(entries.flatMap(({ line, text }) => [Buffer.from(stampOf(0, line)), text]));

function* answer(since: number): Generator<Buffer | string> {
  const first = Math.max(0, Math.floor((since - begin) / blockMs));
  for (let block = first; block < blocks; block++) yield blockBytes(template, block);
  for (const line of ending) yield `${stampOf(blocks)} ${line}\n`;
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://loopback');
  const since = searchParams.get('sinceTime');
  response.setHeader('Content-Type', 'text/plain');
  // Who closes the connection early is a reader that has what it wants.
  pipeline(Readable.from(answer(since === null ? begin : Date.parse(since))), response).catch(() => {});
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, lines: blocks * linesPerBlock + ending.length });
});
process.on('disconnect', () => process.exit());
