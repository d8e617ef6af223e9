import type { Clock } from '../engine/clock.ts';
import { type ApiRequest, resourceOf } from './api-request.ts';
import type { OpenStream } from './open-stream.ts';
import { resources } from './resources.ts';
import { fieldMatcher, labelMatcher, type Matcher } from './selector.ts';
import { watchExpired } from './status.ts';
import type { Store } from './store.ts';
import { bookmarkOf, eventOf, type WatchEvent } from './watch-events.ts';

const bookmarkEveryMs = 60_000;
/** The real server draws between 30 and 60 minutes when the client names none. */
const unlimitedSeconds = 45 * 60;

/** What a watch shows, made before its head is sent: a bad selector is refused as a whole. */
export function watchMatcher(request: ApiRequest): Matcher {
  const byLabel = labelMatcher(request.query.get('labelSelector') ?? undefined);
  const byField = fieldMatcher(request.query.get('fieldSelector') ?? undefined, resources[resourceOf(request)]);
  return (object) => byLabel(object) && byField(object);
}

/** Serves one watch until somebody ends it; by the clock, that is at its timeout. */
export function serveWatch(stream: OpenStream, store: Store, clock: Clock, matches: Matcher): void {
  const { query, namespace } = stream.request;
  const of = { resource: resourceOf(stream.request), namespace };
  const send = (event: WatchEvent | undefined) => {
    if (event !== undefined) stream.write(`${JSON.stringify(event)}\n`);
  };
  stream.open();
  const from = query.get('resourceVersion') ?? '';
  if (from === '' || from === '0') {
    for (const object of store.list(of).items) if (matches(object)) send({ type: 'ADDED', object });
  } else if (Number(from) < store.oldestVersion) {
    send({ type: 'ERROR', object: watchExpired(Number(from), store.oldestVersion) });
    return stream.end('clean');
  } else {
    for (const change of store.changesAfter(Number(from))) send(eventOf(change, of, matches));
  }
  stream.onEnd(store.subscribe((change) => send(eventOf(change, of, matches))));
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const bookmark = () => {
    if (bookmarks) send(bookmarkOf(of, store.version));
  };
  stream.onEnd(every(clock, bookmarkEveryMs, bookmark));
  const limitMs = Number(query.get('timeoutSeconds') ?? unlimitedSeconds) * 1000;
  stream.onEnd(
    clock.at(clock.now() + limitMs, () => {
      bookmark();
      stream.end('clean');
    }),
  );
}

function every(clock: Clock, ms: number, fn: () => void): () => void {
  let cancel = clock.at(clock.now() + ms, again);
  function again() {
    cancel = clock.at(clock.now() + ms, again);
    fn();
  }
  return () => cancel();
}
