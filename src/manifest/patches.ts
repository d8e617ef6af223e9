import type { PatchOperation } from '../kubernetes/cluster.ts';
import type { RunRequest } from '../run/request.ts';
import type { JobSnapshot } from '../run/snapshot.ts';
import { labelValue } from './label-value.ts';
import { annotation, label } from './labels.ts';
import { holderText, timeText } from './marks.ts';

type Patch = readonly PatchOperation[];

/** Every patch says which Job it means and what must still hold; when a test fails nothing is changed. */
export function adoptPatch(job: JobSnapshot, request: RunRequest, at: number): Patch {
  const task = request.taskId === undefined ? undefined : labelValue(request.taskId);
  return [
    { op: 'test', path: '/metadata/uid', value: job.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: job.resourceVersion },
    ...(job.annotated ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} } as const]),
    { op: 'add', path: labelPath(label.runId), value: labelValue(request.runId) },
    ...(task === undefined ? [] : [{ op: 'add', path: labelPath(label.taskId), value: task } as const]),
    note(annotation.holder, holderText(request.holder)),
    note(annotation.renewedAt, timeText(at)),
    ...(job.marks.releasedAt === undefined ? [] : [drop(annotation.releasedAt)]),
    ...(job.marks.deletion === undefined ? [] : [drop(annotation.deletion)]),
    ...(request.traceparent === undefined ? [] : [note(annotation.traceparent, request.traceparent)]),
  ];
}

/** A Job that a queue controller holds keeps its suspension: lifting it is that controller's to do. */
export function unsuspendPatch(job: JobSnapshot, request: RunRequest, at: number): Patch {
  return [
    ...ours(job, request),
    { op: 'test', path: notePath(annotation.holder), value: holderText(request.holder) },
    note(annotation.admittedAt, timeText(at)),
    ...(job.queue === undefined ? [{ op: 'replace', path: '/spec/suspend', value: false } as const] : []),
  ];
}

export function renewPatch(job: JobSnapshot, request: RunRequest, at: number): Patch {
  return [...ours(job, request), note(annotation.renewedAt, timeText(at))];
}

export function releasePatch(job: JobSnapshot, request: RunRequest, at: number): Patch {
  return [...ours(job, request), note(annotation.releasedAt, timeText(at))];
}

export function concludePatch(
  job: JobSnapshot,
  request: RunRequest,
  { verdict, ttlSeconds, deleting }: { verdict: string; ttlSeconds: number; deleting: string | undefined },
  at: number,
): Patch {
  const { runId } = request;
  const mark = { actor: 'paperclip-adapter-claude-k8s', reason: deleting, runId, at: timeText(at) };
  return [
    ...ours(job, request),
    note(annotation.concluded, JSON.stringify({ runId, verdict, at: timeText(at) })),
    { op: 'add', path: '/spec/ttlSecondsAfterFinished', value: ttlSeconds },
    ...(deleting === undefined ? [] : [note(annotation.deletion, JSON.stringify(mark))]),
  ];
}

function ours(job: JobSnapshot, request: RunRequest): PatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: job.uid },
    { op: 'test', path: labelPath(label.runId), value: labelValue(request.runId) },
  ];
}

function note(name: string, value: string): PatchOperation {
  return { op: 'add', path: notePath(name), value };
}

function drop(name: string): PatchOperation {
  return { op: 'remove', path: notePath(name) };
}

function notePath(name: string): string {
  return `/metadata/annotations/${pointer(name)}`;
}

function labelPath(name: string): string {
  return `/metadata/labels/${pointer(name)}`;
}

/** RFC 6901. */
function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
