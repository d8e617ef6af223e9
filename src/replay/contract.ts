import type { Tracer } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import type { Clock } from '../engine/clock.ts';
import type { RunRequest } from '../run/request.ts';

/** Version of what a build and whoever replays it agree on: a build with another one is refused by name. */
export const contract = 1;

/** The world that a build is put into. It has no other: no network, no time and no chance of its own. */
export interface Place {
  clock: Clock;
  /** The way to the API at `server`. */
  dispatcher: Dispatcher;
  server: string;
  /** Whether a process of the recorded run's machine or pod was there. A build that does not ask it asks this machine. */
  isAlive?: (pid: number) => boolean;
  /** Where the run's spans go; nowhere unless given. */
  tracer?: Tracer;
}

export interface Recorded {
  /** What the recorded run was asked for. */
  request: RunRequest;
  /** Labels that its configuration put on the Job: a queue is named by one. */
  labels?: Readonly<Record<string, string>>;
}

export interface ReplaySinks {
  /** Output as the host gets it: whole lines, ours begin with `[paperclip] `. */
  log(text: string): void;
  /** A transition of the build: `type` and `at` at least. */
  transition(transition: { readonly type: string; readonly at: number }): void;
}

/** One run of a build under replay. */
export interface ReplayedRun {
  /** The diagnosis: `code`, `cause`, `exitCode`, `message`, `notes` ... as `resultJson.diagnosis` has it. */
  outcome: Promise<unknown>;
  /** Of its trace, where spans go anywhere. */
  traceId?: string | undefined;
  cancel(reason: string): void;
  release(reason: string): void;
  cursor(): string | undefined;
  /** What a scrape would show. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** What `paperclip-adapter-claude-k8s/replay` exports: a build's real code from the HTTP client on. */
export interface Replayable {
  contract: number;
  build: string;
  begin(place: Place, recorded: Recorded, sinks: ReplaySinks): ReplayedRun;
}
