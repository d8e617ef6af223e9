import type { KubeObject } from '../../loopback/object.ts';
import type { ResourceName } from '../../loopback/resources.ts';
import type { RunRequest } from '../../run/request.ts';

/**
 * What a recording says about the cluster, apart from who asked how: a build that asks for other things, or at other moments,
 * is answered from it. Times are ms since the epoch by the clock of the recording process.
 */
export interface History {
  request: RunRequest;
  startedAt: number;
  /** Of the last frame: what follows is not known. */
  endedAt: number;
  /** How far the API server's clock was ahead of the recording process's, ms. */
  skewMs: number;
  version: { major: string; minor: string; gitVersion: string };
  /** Answers of access reviews that were `false`. */
  denied: readonly { verb: string; resource: string; namespace?: string }[];
  /** In order. Those before `startedAt` are what was there when the run began. */
  happenings: readonly Happening[];
  logs: readonly RecordedLog[];
  cuts: readonly StreamCut[];
  outages: readonly Outage[];
  /** ms from a request to the head of its answer, in the order of the recording, by `call`: `create jobs`. */
  latencies: ReadonlyMap<string, readonly number[]>;
  /** What the run was told from outside of the cluster. */
  told: readonly { at: number; what: 'cancel' | 'shutdown'; reason: string }[];
}

/**
 * The write of the run's own that made something possible: what came after it comes after the other build's own write too, and
 * later when that is later.
 */
export type Anchor = 'started' | 'created' | 'released' | 'deleted';

/** One change of one object that the run did not make by itself. */
export interface Happening {
  at: number;
  after: Anchor;
  resource: ResourceName;
  namespace: string | undefined;
  name: string;
  change: /** It is there, in this state, with the recorded uid. */
    | { is: 'put'; object: KubeObject }
    /** RFC 7386, against the state that the recording knew before. */
    | { is: 'patched'; patch: Record<string, unknown> }
    /** Written again as it is: watches show it once more. */
    | { is: 'touched' }
    | { is: 'gone' };
}

/** What one container said, as far as the recording has it. */
export interface RecordedLog {
  namespace: string;
  pod: string;
  container: string;
  after: Anchor;
  /** In order, once each. */
  lines: readonly RecordedLine[];
  /** When a follow of it came to its natural end, or later: the container had ended, whether its state told so yet or not. */
  endedAt?: number;
}

export interface RecordedLine {
  /** When the container wrote it: its timestamp, moved to the recording process's clock; never after it was first received. */
  at: number;
  /** RFC 3339 with nanoseconds; undefined for the rest of a line that the kubelet served in parts. */
  stamp: string | undefined;
  text: string;
  /** Its text was not recorded: only that there was such a line. */
  elided?: true;
}

/** Streams that were open at `at` came to an end that the cluster does not explain. */
export interface StreamCut {
  at: number;
  stream: 'jobs' | 'pods' | 'pods/log';
  how: 'clean' | 'reset' | 'fin' | 'stall';
  /** Bytes of an unfinished line that came before the end of a log. */
  fragment?: string;
  /** 410 in the watch before its end. */
  expired?: true;
}

/** From `from` until before `to` (Infinity when nothing was seen to succeed again) these requests had this fate. */
export interface Outage {
  from: number;
  to: number;
  /** `create jobs`; undefined for every request: the API could not be reached. */
  call: string | undefined;
  fault:
    | { is: 'answer'; status: number; body?: unknown; retryAfter?: string }
    | { is: 'reset' }
    | { is: 'hang' }
    /** The request was carried out, the answer was lost. */
    | { is: 'lost' };
}
