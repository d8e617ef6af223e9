import type { Ask } from '../kubernetes/transport.ts';
import type { WireListener } from '../kubernetes/wire.ts';
import type { Kept, KeptChunk, KeptRequest } from './kept.ts';

export function keptRequest({ verb, resource, method, path, body }: Ask, id: number, at: number): KeptRequest {
  return {
    f: 'request',
    at,
    id,
    verb,
    resource,
    method,
    path,
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

/** Only these stand in a bundle: none of them can hold a secret, whatever a proxy adds to an answer. */
const headersKept = new Set(
  `audit-id cache-control connection content-encoding content-length content-type date retry-after server
   transfer-encoding x-kubernetes-pf-flowschema-uid x-kubernetes-pf-prioritylevel-uid`.split(/\s+/),
);

/** A request that is the run's own, recorded as it comes. */
export function listenToOwn(
  ask: Ask,
  id: number,
  keep: { pin(kept: Kept): void; log(kept: Kept): void },
): WireListener {
  let isLog = false;
  let network: ArrayBufferLike | undefined;
  const uncounted: KeptChunk[] = [];
  return {
    head(status, headers, at) {
      isLog = ask.resource === 'pods/log' && status === 200;
      keep.pin({ f: 'head', at, id, status, headers: keptHeaders(headers) });
    },
    chunk(bytes, at) {
      // A small chunk would keep the whole buffer of the network alive; the rest of one that is kept costs nothing more.
      const isHeld = bytes.buffer === network;
      const isCopied = !isHeld && bytes.length * 4 < bytes.buffer.byteLength;
      if (!isCopied) network = bytes.buffer;
      const memory = isCopied ? bytes.length : isHeld ? 0 : bytes.buffer.byteLength;
      const kept: KeptChunk = { f: 'chunk', at, id, bytes: isCopied ? Buffer.from(bytes) : bytes, memory };
      if (!isLog) return keep.pin(kept);
      uncounted.push(kept);
      keep.log(kept);
    },
    counted(length, lineEnds) {
      const kept = uncounted.shift();
      // Whoever cut it otherwise than the network did has counted something else.
      if (kept?.bytes.length === length) kept.lineEnds = lineEnds;
      else uncounted.length = 0;
    },
    end(how, error, at) {
      uncounted.length = 0;
      keep.pin({ f: 'end', at, id, how, error });
    },
  };
}

export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => headersKept.has(name.toLowerCase())));
}
