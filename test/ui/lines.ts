import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../fixtures/claude/', import.meta.url);

/** The recorded streams; the index lists how each came about. */
export const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.ndjson') && name !== 'index.ndjson')
  .map((name) => name.replace('.ndjson', ''));

export function linesOf(recording: string): string[] {
  return readFileSync(new URL(`${recording}.ndjson`, folder), 'utf8')
    .trim()
    .split('\n');
}

/** The runtime's own word for a line of JSON. */
export const json = (value: unknown) => JSON.stringify(value);
