import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { Log } from '@kubernetes/client-node';
import { kubeconfigFor } from '../src/loopback/kubeconfig.ts';
import type { Followed, Meter } from './meter.ts';

/** The library's own `Log` piped into readline, which counts lines and does nothing else with them. */
export async function followNaive(url: string, meter: Meter): Promise<Followed> {
  return read(url, meter, () => {});
}

/** The same, with what the least of adapters does for each line: take the stamp off, parse it, hand it on. */
export async function followNaiveAdapter(url: string, meter: Meter): Promise<Followed> {
  let characters = 0;
  let results = 0;
  const write = async (text: string) => {
    characters += text.length;
  };
  const followed = await read(url, meter, (line) => {
    const text = line.slice(line.indexOf(' ') + 1);
    const event: { type?: string } = JSON.parse(text);
    if (event.type === 'result') results++;
    void write(`${text}\n`);
  });
  if (characters === 0 || results === 0) throw new Error('nothing was read');
  return followed;
}

async function read(url: string, meter: Meter, line: (text: string) => void): Promise<Followed> {
  const stream = new PassThrough();
  const reader = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  let lines = 0;
  reader.on('line', (text) => {
    lines++;
    line(text);
  });
  meter.begin();
  await new Log(kubeconfigFor(url)).log('agents', 'pod', 'claude', stream, { follow: true, timestamps: true });
  await once(reader, 'close');
  return { lines, ...meter.end() };
}
