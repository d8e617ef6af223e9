/** Every limit of the core in one place, in ms unless the name says otherwise, each with its reason. */
export const limit = {
  /** A chunk of output: the host cuts what is longer than 64 Ki chars in the middle. */
  chunkChars: 60 * 1024,
  /** Middleboxes cut silent connections after minutes and often without a word: reopen from the cursor well before. */
  logIdle: 60_000,
  /** After a clean end the kubelet needs about a second to report the exit; reopening sooner only reads the same lines again. */
  logRecheck: 2_000,
  /** A follow that stays open after the container's reported end is dead; the final read will tell. */
  logLinger: 2_000,
  logBackoffFirst: 250,
  logBackoffMax: 10_000,
  /** The log of an ended container that the API keeps refusing for this long, while it answers, is lost. */
  finalRead: 30_000,
  /** Events appear a moment after what they tell of. */
  eventsAfterCreate: 5_000,
  /** A start that fails in a way that may heal (a Secret that comes late) must be seen again after this. */
  suspect: 10_000,
  /** While an image is being pulled the events are looked at now and then: they alone tell when it is there. */
  pullCheck: 30_000,
  /** The longest an image pull may hold up the schedule timeout. */
  imagePull: 15 * 60_000,
  /** The holder's sign of life on the Job; others take it for dead after three missed ones. */
  renew: 60_000,
  keepAlive: 15_000,
  /** First silence worth a span event; then at each doubling. */
  silence: 10 * 60_000,
  /** The API's absence is said once a minute. */
  apiReport: 60_000,
  /** The end is known and its output read: a host that waits for the verdict is not kept longer for the one answer missing. */
  jobRead: 60_000,
  /** Watches tell that a pod is gone; one that began too late never does, and then it is asked for after so long. */
  recheck: 30_000,
  lookupEvery: 500,
  lookupTries: 4,
  /** Past the pod's own grace period: what has not reported by then will not report through this node. */
  unreachable: 60_000,
  /** A node is asked about at most this often while its log endpoint fails. */
  nodeEvery: 5_000,
  retryFirst: 500,
  retryMax: 10_000,
  /** Requests of an admission may fail for passing reasons for so long; then the run is refused with the last of them. */
  admission: 5 * 60_000,
  /** Two admissions that keep meeting each other step back this long, and by a share of their own more. */
  contested: 1_000,
  /** By the API server's clock; a process that is slow, not dead, has long been through by then. */
  abandoned: 60_000,
  /** Clean-up gives up after this many failed requests; the time-to-live ends the Job then. */
  cleanupTries: 6,
} as const;

/** Capped exponential back-off: `tries` is 1 for the first failure. A server's Retry-After wins when it is longer. */
export function backoff(tries: number, first: number, max: number, retryAfterMs: number | undefined): number {
  return Math.max(Math.min(first * 2 ** Math.min(tries - 1, 16), max), retryAfterMs ?? 0);
}
