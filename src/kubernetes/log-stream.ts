import type { LogEnd } from '../run/observation.ts';
import { parse } from './call.ts';
import type { LogAsk, LogFeed, LogHandle } from './cluster.ts';
import { eachChunk } from './each-chunk.ts';
import { faultOfResponse, faultOfThrow } from './fault.ts';
import { type LogBatch, LogLines } from './log-lines.ts';
import type { Transport } from './transport.ts';

const call = 'get pods/log';

/** Reads one log request to its end. How it ended is told as it was: nothing here decides what it means. */
export function openLog(transport: Transport, now: () => number, ask: LogAsk, feed: LogFeed): LogHandle {
  const abort = new AbortController();
  let over = false;
  const end: LogFeed['ended'] = (how, partial, fault) => {
    if (over) return;
    over = true;
    feed.ended(how, partial, fault);
  };

  /** Whatever of it the listener has to wait for, the rest comes after that. */
  function give(batches: Iterator<LogBatch>, bytes: number, done: () => void): Promise<void> | undefined {
    let unread = bytes;
    for (let next = batches.next(); next.done !== true; next = batches.next()) {
      const { lines, whole } = next.value;
      const waits = feed.received(unread, lines, whole);
      unread = 0;
      if (waits !== undefined) return waits.then(() => (over ? undefined : give(batches, 0, done)));
      if (over) return undefined;
    }
    done();
    return unread > 0 ? (feed.received(unread, []) ?? undefined) : undefined;
  }

  async function read(): Promise<void> {
    const lines = new LogLines();
    let head = false;
    try {
      const response = await transport.send({
        method: 'GET',
        path: pathOf(ask),
        verb: ask.follow ? 'follow' : 'get',
        resource: 'pods/log',
        signal: abort.signal,
      });
      if (response.status !== 200) {
        const body = parse(await response.body.text());
        return end('refused', undefined, faultOfResponse(call, response.status, response.retryAfter, body, now()));
      }
      head = true;
      if (!over) feed.opened();
      await eachChunk(response.body, (chunk) => {
        if (over) return undefined;
        const before = lines.ended;
        return give(lines.push(chunk), chunk.length, () => response.counted(chunk.length, lines.ended - before));
      });
      end('clean', lines.partial(), undefined);
    } catch (error) {
      const how: LogEnd = head ? 'reset' : 'refused';
      end(how, lines.partial(), faultOfThrow(call, error));
    }
  }

  void read();
  return {
    close() {
      const open = !over;
      if (open) end('closed', undefined, undefined);
      abort.abort();
    },
  };
}

function pathOf({ namespace, pod, container, follow, since }: LogAsk): string {
  const query = new URLSearchParams({ container, timestamps: 'true' });
  if (follow) query.set('follow', 'true');
  if (since !== undefined) query.set('sinceTime', since);
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`;
}
