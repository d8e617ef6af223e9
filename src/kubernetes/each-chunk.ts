import { finished, type Readable } from 'node:stream';

/**
 * Gives each chunk as it came from the network, one after the other. What is returned for one is waited for before the
 * next is given, and the stream with it. Resolves at a whole end, rejects at every other.
 */
export function eachChunk(body: Readable, take: (chunk: Buffer) => Promise<void> | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: unknown) => void body.destroy(error instanceof Error ? error : new Error(String(error)));
  finished(body, { writable: false }, (error) => (error ? reject(error) : resolve()));
  body.on('data', (chunk: Buffer) => {
    try {
      const waits = take(chunk);
      if (waits === undefined) return;
      body.pause();
      waits.then(() => body.resume(), fail);
    } catch (error) {
      fail(error);
    }
  });
  return promise;
}
