import type { Clock } from '../engine/clock.ts';
import { type Answer, type ApiFault, isTransient } from '../run/answer.ts';
import { backoff } from '../run/limits.ts';
import type { Subscriber, Unsubscribe } from './cluster.ts';
import type { ApiListener, WatchRestart } from './exchange.ts';
import { type Json, text } from './json.ts';
import type { Transport } from './transport.ts';
import { readWatch, type WatchEnd } from './watch-stream.ts';

/** Without permission to watch, the list is asked this often. */
const pollMs = 2_000;
/** Bookmarks come about once a minute: a watch without a byte for longer is dead, whatever the socket says. */
const silentMs = 90_000;
/** A watch that ends sooner than this without an event brought nothing: a second one in a row is not asked for at once. */
const fruitlessMs = 1_000;
const retryFirst = 500;
const retryMax = 30_000;

export interface ReflectorInput<T> {
  kind: 'jobs' | 'pods';
  /** Collection path without a query. */
  path: string;
  selector: string;
  transport: Transport;
  clock: Clock;
  listener: ApiListener | undefined;
  observe(object: Json): T;
  listAll(signal: AbortSignal): Promise<Answer<{ items: readonly Json[]; resourceVersion: string }>>;
  /** In [0, 1). */
  random(): number;
}

/**
 * One watch of a kind in a namespace, for every run of the process. Ends when the last subscriber has gone. It begins
 * without a list: a watch that names no version shows first what is there. A list is asked for only after a gap.
 */
export class Reflector<T extends { uid: string; resourceVersion: string }> {
  private known = new Map<string, T>();
  private subscribers = new Set<Subscriber<T>>();
  private abort: AbortController | undefined;
  private trouble: ApiFault | undefined;
  private failures = 0;
  /** Watches in a row that ended at once and brought nothing. */
  private fruitless = 0;
  /** Watching is forbidden: the list is polled for good, told once to each subscriber. */
  private polling: ApiFault | undefined;
  private readonly input: ReflectorInput<T>;

  constructor(input: ReflectorInput<T>) {
    this.input = input;
  }

  get idle(): boolean {
    return this.subscribers.size === 0;
  }

  subscribe(subscriber: Subscriber<T>): Unsubscribe {
    this.subscribers.add(subscriber);
    for (const object of this.known.values()) if (subscriber.matches(object)) subscriber.seen(object);
    for (const fault of [this.polling, this.trouble]) if (fault !== undefined) subscriber.degraded(fault);
    if (this.abort === undefined) {
      this.abort = new AbortController();
      void this.run(this.abort.signal);
    }
    return () => {
      this.subscribers.delete(subscriber);
      if (this.idle) this.stop();
    };
  }

  stop(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.known = new Map();
    this.trouble = undefined;
    this.failures = 0;
    this.fruitless = 0;
    this.polling = undefined;
  }

  private async run(signal: AbortSignal): Promise<void> {
    let version = await this.begin(signal);
    while (!signal.aborted) {
      if (version === undefined || this.polling !== undefined) {
        version = await this.relist(signal);
        if (version === undefined || signal.aborted) continue;
        if (this.polling !== undefined) {
          await this.wait(pollMs, signal);
          continue;
        }
      }
      version = await this.watch(version, signal);
    }
  }

  /** A first watch that fails before it has shown anything is asked again as it was: nothing was known that may have gone. */
  private async begin(signal: AbortSignal): Promise<string | undefined> {
    const version = await this.watch(undefined, signal);
    const failed = version === undefined && this.failures === 1 && this.known.size === 0;
    return failed && !signal.aborted ? this.watch(undefined, signal) : version;
  }

  /** @returns the version to watch from; undefined after a failure, when its pause is over. */
  private async relist(signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.input.listAll(signal);
    if (signal.aborted) return undefined;
    if (!answer.ok) {
      await this.pause(answer.fault, signal);
      return undefined;
    }
    const { items, resourceVersion } = answer.value;
    const seen = new Set<string>();
    for (const item of items) {
      // The last subscriber may leave while it is told.
      if (signal.aborted) return undefined;
      const object = this.input.observe(item);
      seen.add(object.uid);
      this.see(object);
    }
    for (const [uid, last] of this.known) if (!seen.has(uid)) this.lose(uid, last, 'relist-missing');
    if (signal.aborted) return undefined;
    this.recover();
    return resourceVersion;
  }

  /** @returns the version to go on from; undefined where a list has to come first. */
  private async watch(from: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    let version = from;
    /** What is shown at first comes in no order: only what is told after it has a version that all of it is older than. */
    let ordered = from !== undefined;
    let events = 0;
    const { transport, clock, path, selector, kind, random } = this.input;
    const query = new URLSearchParams({
      labelSelector: selector,
      watch: 'true',
      allowWatchBookmarks: 'true',
      ...(from === undefined ? {} : { resourceVersion: from }),
      timeoutSeconds: String(240 + Math.floor(random() * 240)),
    });
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop);
    const startedAt = clock.now();
    let cancelWatchdog = clock.at(startedAt + silentMs, stop);
    const end = await readWatch(
      transport,
      () => clock.now(),
      { path: `${path}?${query}`, resource: kind, signal: attempt.signal },
      {
        heard: () => {
          if (signal.aborted) return;
          cancelWatchdog();
          cancelWatchdog = clock.at(clock.now() + silentMs, stop);
          this.recover();
        },
        event: ({ type, object }) => {
          events++;
          ordered ||= type !== 'ADDED';
          if (ordered) version = text(object, 'metadata', 'resourceVersion') ?? version;
          if (type === 'BOOKMARK' || signal.aborted) return;
          const seen = this.input.observe(object);
          if (type === 'DELETED') this.lose(seen.uid, seen, 'watch-deleted');
          else this.see(seen);
        },
      },
    );
    cancelWatchdog();
    signal.removeEventListener('abort', stop);
    if (signal.aborted) return undefined;
    this.fruitless = events === 0 && clock.now() - startedAt < fruitlessMs ? this.fruitless + 1 : 0;
    return this.afterWatch(end, version, attempt.signal.aborted, signal);
  }

  private async afterWatch(
    end: WatchEnd,
    version: string | undefined,
    silent: boolean,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    switch (end.is) {
      case 'ended':
        await this.spare(signal);
        return version;
      case 'expired':
        this.tell('gone');
        await this.spare(signal);
        return undefined;
      case 'reset':
        this.tell('reset');
        // A watch that only fell silent says nothing about the API: ask at once.
        if (!silent) await this.pause(end.fault, signal);
        return version;
      case 'refused':
        this.tell(
          end.fault.kind === 'throttled' ? 'throttled' : end.fault.kind === 'forbidden' ? 'forbidden' : 'error',
        );
        if (end.fault.kind === 'forbidden') {
          this.polling = end.fault;
          for (const subscriber of this.subscribers) subscriber.degraded(end.fault);
          return undefined;
        }
        await this.pause(end.fault, signal);
        return isTransient(end.fault) ? version : undefined;
    }
  }

  private see(object: T): void {
    const before = this.known.get(object.uid);
    this.known.set(object.uid, object);
    if (before?.resourceVersion === object.resourceVersion) return;
    for (const subscriber of this.subscribers) if (subscriber.matches(object)) subscriber.seen(object);
  }

  private lose(uid: string, last: T, route: 'watch-deleted' | 'relist-missing'): void {
    this.known.delete(uid);
    for (const subscriber of this.subscribers) if (subscriber.matches(last)) subscriber.gone(uid, last, route);
  }

  private degrade(fault: ApiFault): void {
    if (this.trouble !== undefined) return;
    this.trouble = fault;
    for (const subscriber of this.subscribers) subscriber.degraded(fault);
  }

  private recover(): void {
    this.failures = 0;
    if (this.trouble === undefined) return;
    this.trouble = undefined;
    for (const subscriber of this.subscribers) subscriber.recovered();
  }

  private async pause(fault: ApiFault, signal: AbortSignal): Promise<void> {
    this.failures++;
    this.degrade(fault);
    // A watch whose head came is a sign of life, but not when it goes no further time after time.
    await this.backOff(Math.max(this.failures, this.fruitless), fault.retryAfterMs, signal);
  }

  /** An end that is no fault is followed by the next request at once, unless it is the last of several that brought nothing. */
  private async spare(signal: AbortSignal): Promise<void> {
    if (this.fruitless > 1) await this.backOff(this.fruitless - 1, undefined, signal);
  }

  private backOff(tries: number, retryAfterMs: number | undefined, signal: AbortSignal): Promise<void> {
    const ms = backoff(tries, retryFirst, retryMax, retryAfterMs);
    return this.wait(ms * (0.75 + this.input.random() * 0.5), signal);
  }

  private wait(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.input;
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.at(clock.now() + ms, done);
      signal.addEventListener('abort', done);
    });
  }

  private tell(why: WatchRestart): void {
    try {
      this.input.listener?.watchRestarted(this.input.kind, why);
    } catch {
      // A listener never touches a run.
    }
  }
}
