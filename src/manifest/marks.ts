import type { RunRequest } from '../run/request.ts';
import type { Holder, JobMarks } from '../run/snapshot.ts';
import { annotation } from './labels.ts';

type Annotations = Readonly<Record<string, string>>;

/** The annotations of a Job at its creation. */
export function marksAtCreation(
  request: RunRequest,
  agentName: string | undefined,
  at: number,
): Record<string, string> {
  return defined({
    [annotation.agentName]: agentName,
    [annotation.traceparent]: request.traceparent,
    [annotation.adapterVersion]: request.adapterVersion,
    [annotation.promptHash]: request.promptHash,
    [annotation.taskId]: request.taskId,
    [annotation.sessionId]: request.sessionId,
    [annotation.holder]: holderText(request.holder),
    [annotation.renewedAt]: timeText(at),
  });
}

/** What our annotations say; one that can't be read counts as absent. */
export function readMarks(annotations: Annotations): JobMarks {
  return {
    holder: readHolder(annotations[annotation.holder]),
    renewedAt: readTime(annotations[annotation.renewedAt]),
    releasedAt: readTime(annotations[annotation.releasedAt]),
    admittedAt: readTime(annotations[annotation.admittedAt]),
    concluded: readRecord(annotations[annotation.concluded], ({ runId, verdict, at }) =>
      isText(runId) && isText(verdict) ? { runId, verdict, at: readTime(at) ?? 0 } : undefined,
    ),
    deletion: readRecord(annotations[annotation.deletion], ({ actor, reason, runId, at }) =>
      isText(actor) && isText(reason) && isText(runId) ? { actor, reason, runId, at: readTime(at) ?? 0 } : undefined,
    ),
    promptHash: annotations[annotation.promptHash],
    traceparent: annotations[annotation.traceparent],
    adapterVersion: annotations[annotation.adapterVersion],
    taskId: annotations[annotation.taskId],
    sessionId: annotations[annotation.sessionId],
  };
}

/** Always the same text for the same holder: patches test for it. */
export function holderText({ host, pod, podNamespace, bootId, pid }: Holder): string {
  return JSON.stringify({ host, pod, podNamespace, bootId, pid });
}

export function timeText(at: number): string {
  return new Date(at).toISOString();
}

function readHolder(text: string | undefined): Holder | undefined {
  return readRecord(text, ({ host, pod, podNamespace, bootId, pid }) =>
    isText(host) && isText(bootId) && typeof pid === 'number'
      ? {
          host,
          pod: isText(pod) ? pod : undefined,
          podNamespace: isText(podNamespace) ? podNamespace : undefined,
          bootId,
          pid,
        }
      : undefined,
  );
}

function readRecord<T>(
  text: string | undefined,
  read: (fields: Record<string, unknown>) => T | undefined,
): T | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? read(Object.fromEntries(Object.entries(value))) : undefined;
  } catch {
    return undefined;
  }
}

/** In the form that `timeText` writes: `Date.parse` alone would take a bare number for a year. */
function readTime(text: unknown): number | undefined {
  const at = isText(text) && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
