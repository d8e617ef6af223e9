/** One request at the HTTP seam, as counted. Ended when the response head came (streams) or the body was read (one-shot calls). */
export interface ApiExchange {
  verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete' | 'follow';
  /** `jobs`, `pods`, `pods/log`, `secrets`, `events`, `nodes`, ... */
  resource: string;
  /** HTTP status, or undefined when no answer came. */
  status: number | undefined;
  startedAt: number;
  endedAt: number;
}

export type WatchRestart = 'expired' | 'gone' | 'reset' | 'error' | 'forbidden' | 'throttled';

/** Who counts (telemetry) and later records. Must not throw; a throw is swallowed. */
export interface ApiListener {
  exchange(exchange: ApiExchange): void;
  watchRestarted(kind: 'jobs' | 'pods', why: WatchRestart): void;
}
