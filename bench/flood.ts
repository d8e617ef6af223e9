import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A server of one log, in a process of its own. */
export interface Flood {
  port: number;
  lines: number;
}

export async function withFlood<T>(bytes: number, rate: number, use: (flood: Flood) => Promise<T>): Promise<T> {
  const server = fork(join(import.meta.dirname, 'flood-server.ts'), [String(bytes), String(rate)]);
  try {
    return await use(await answer<Flood>(server));
  } finally {
    server.kill();
  }
}

/** What a process of its own measures of it. */
export function measure<T>(child: string, before: string[], { port }: Flood, after: string[] = []): Promise<T> {
  const url = `http://127.0.0.1:${port}`;
  return answer<T>(fork(join(import.meta.dirname, child), [...before, url, ...after]));
}

/** The one message of a child that measures; a child that ends without it has failed. */
function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });
}
