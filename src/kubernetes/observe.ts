import { readMarks } from '../manifest/marks.ts';
import type { Condition, EventSnapshot, JobSnapshot, NodeSnapshot } from '../run/snapshot.ts';
import { fields, type Json, list, number, text, texts, time } from './json.ts';

/** Kubernetes objects as the API wrote them, to the parts that decisions rest on. */
export function observeJob(job: Json): JobSnapshot {
  const labels = texts(job, 'metadata', 'labels');
  return {
    name: text(job, 'metadata', 'name') ?? '',
    namespace: text(job, 'metadata', 'namespace') ?? '',
    uid: text(job, 'metadata', 'uid') ?? '',
    resourceVersion: text(job, 'metadata', 'resourceVersion') ?? '',
    createdAt: time(job, 'metadata', 'creationTimestamp') ?? 0,
    deletionAt: time(job, 'metadata', 'deletionTimestamp'),
    labels,
    annotated: fields(job, 'metadata', 'annotations') !== undefined,
    marks: readMarks(texts(job, 'metadata', 'annotations')),
    suspended: fields(job, 'spec')?.suspend === true,
    queue: labels['kueue.x-k8s.io/queue-name'],
    startedAt: time(job, 'status', 'startTime'),
    completedAt: time(job, 'status', 'completionTime'),
    ttlSecondsAfterFinished: number(job, 'spec', 'ttlSecondsAfterFinished'),
    activeDeadlineSeconds: number(job, 'spec', 'activeDeadlineSeconds'),
    owners: list(job, 'metadata', 'ownerReferences').map((owner) => ({
      kind: text(owner, 'kind') ?? '',
      name: text(owner, 'name') ?? '',
      uid: text(owner, 'uid') ?? '',
    })),
    conditions: observeConditions(job),
  };
}

export function observeConditions(object: Json): Condition[] {
  return list(object, 'status', 'conditions').map((condition) => {
    const status = text(condition, 'status');
    return {
      type: text(condition, 'type') ?? '',
      status: status === 'True' || status === 'False' ? status : 'Unknown',
      reason: text(condition, 'reason'),
      message: text(condition, 'message'),
      at: time(condition, 'lastTransitionTime'),
    };
  });
}

/** An event of either API: the newer one counts in `series` and times in `eventTime`. */
export function observeEvent(event: Json): EventSnapshot {
  return {
    uid: text(event, 'metadata', 'uid') ?? '',
    reason: text(event, 'reason') ?? '',
    message: text(event, 'message') ?? '',
    type: text(event, 'type') === 'Warning' ? 'Warning' : 'Normal',
    about: {
      kind: text(event, 'involvedObject', 'kind') ?? '',
      name: text(event, 'involvedObject', 'name') ?? '',
      uid: text(event, 'involvedObject', 'uid'),
    },
    source: text(event, 'reportingComponent') ?? text(event, 'source', 'component'),
    count: number(event, 'count') ?? number(event, 'series', 'count') ?? 1,
    lastAt: time(event, 'lastTimestamp') ?? time(event, 'series', 'lastObservedTime') ?? time(event, 'eventTime'),
  };
}

export function observeNode(node: Json): NodeSnapshot {
  const ready = observeConditions(node).find(({ type }) => type === 'Ready');
  return {
    name: text(node, 'metadata', 'name') ?? '',
    ready: ready?.status ?? 'Unknown',
    readySince: ready?.at,
    taints: list(node, 'spec', 'taints').flatMap((taint) => text(taint, 'key') ?? []),
  };
}
