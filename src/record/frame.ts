import type { ApiExchange } from '../kubernetes/exchange.ts';
import type { RunRequest } from '../run/request.ts';
import type { Transition } from '../run/transition.ts';

/** The format of a recorded incident: append-only NDJSON, compressed with zstd. Readers ignore frames that they do not know. */
export const format = 'claude-k8s-incident/1';

/**
 * Every frame but the header has `t`: ms since `header.startedAt`, by the clock of the recording process, and frames are in
 * its order. It is negative for a shared watch that was open before the run began, and for what it had brought of the run.
 */
export type Frame =
  | HeaderFrame
  | RequestFrame
  | HeadFrame
  | ChunkFrame
  | EndFrame
  | ElidedFrame
  | DecisionFrame
  | FooterFrame;

/** The first frame. */
export interface HeaderFrame {
  f: 'header';
  format: typeof format;
  build: string;
  node: string;
  /** ms since the epoch. */
  startedAt: number;
  /** What the core was asked for, without secrets. */
  request: RunRequest;
  /** What was replaced before anything was written: see the policy of `redact.ts`. */
  redaction: { output: 'filler' | 'kept'; prompt: 'filler' | 'kept' };
}

/** A request leaves. `id` is unique within the bundle. */
export interface RequestFrame {
  f: 'request';
  t: number;
  id: number;
  verb: ApiExchange['verb'];
  resource: string;
  method: string;
  /** Path and query. */
  path: string;
  /** JSON, redacted. */
  body?: unknown;
}

/** The head of its answer. */
export interface HeadFrame {
  f: 'head';
  t: number;
  id: number;
  status: number;
  headers: Readonly<Record<string, string>>;
}

/** Bytes of its body as they came from the network, one frame a chunk: `text` when they are whole UTF-8, else `base64`. */
export interface ChunkFrame {
  f: 'chunk';
  t: number;
  id: number;
  text?: string;
  base64?: string;
}

/** How it ended. `aborted`: we ended it. `failed`: there was no answer, or its body broke off; `error` has the code and words. */
export interface EndFrame {
  f: 'end';
  t: number;
  id: number;
  how: 'complete' | 'aborted' | 'failed';
  error?: { code: string | undefined; message: string };
}

/** The middle of a log that did not fit: how much of it is missing. */
export interface ElidedFrame {
  f: 'elided';
  t: number;
  id: number;
  lines: number;
  bytes: number;
  /** 16 hex digits of every 1021st of the missing bytes: the same bytes have the same. Older bundles have a sha256 of all. */
  hash: string;
}

/** What the recording build made of it, in the order of its decisions; all output between two chunks is one. */
export interface DecisionFrame {
  f: 'decision';
  t: number;
  transition: Transition;
}

/** The last frame; a bundle without one was cut. */
export interface FooterFrame {
  f: 'footer';
  t: number;
  /** `diagnosisOf(outcome)`; undefined when the run never ended (the process went away). */
  diagnosis: unknown;
  /** What did not fit into the recorder's memory. */
  dropped: { frames: number; bytes: number };
}
