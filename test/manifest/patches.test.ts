import { describe, expect, test } from 'vitest';
import type { PatchOperation } from '../../src/kubernetes/cluster.ts';
import { observeJob } from '../../src/kubernetes/observe.ts';
import { applyJsonPatch } from '../../src/loopback/json-patch.ts';
import { buildJob } from '../../src/manifest/job.ts';
import { annotation, label } from '../../src/manifest/labels.ts';
import { holderText, timeText } from '../../src/manifest/marks.ts';
import { adoptPatch, concludePatch, releasePatch, renewPatch, unsuspendPatch } from '../../src/manifest/patches.ts';
import type { JobSnapshot } from '../../src/run/snapshot.ts';
import { at, holder, plan, request } from './plan.ts';

const mine = request({ taskId: 'task-1' });
const later = at + 60_000;
const other = { ...holder, host: 'host-2', bootId: 'boot-2' };

interface Stored {
  metadata: {
    labels: Record<string, string>;
    annotations?: Record<string, string> | undefined;
    [field: string]: unknown;
  };
  spec: Record<string, unknown>;
  [field: string]: unknown;
}

/** The Job as the API server keeps it after its creation. */
function stored(
  over: { labels?: Record<string, string>; annotations?: Record<string, string> | undefined } = {},
): Stored {
  const built: Stored = JSON.parse(
    JSON.stringify(buildJob({ plan: plan({}, { request: mine }), suspended: true, at })),
  );
  const { annotations } = built.metadata;
  const metadata = { ...built.metadata, uid: 'uid-1', resourceVersion: '7', creationTimestamp: timeText(at) };
  return {
    ...built,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...over.labels },
      ...('annotations' in over ? { annotations: over.annotations } : { annotations }),
    },
  };
}

function seen(object: unknown): JobSnapshot {
  return observeJob(JSON.parse(JSON.stringify(object)));
}

function apply(object: unknown, patch: readonly PatchOperation[]): JobSnapshot {
  return seen(applyJsonPatch(JSON.parse(JSON.stringify(object)), patch));
}

/** What may change between our look at the Job and the patch. */
const changed = {
  'another Job of this name': { uid: 'uid-2' },
  'another version': { resourceVersion: '8' },
};

function where(object: Stored, metadata: Record<string, unknown>): Stored {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

describe('adopting', () => {
  const orphan = stored({ labels: { [label.runId]: 'run-0', [label.taskId]: 'task-1' } });
  const adopter = request({ runId: 'run-2', taskId: 'task 2', holder: other, traceparent: '00-c-d-01' });

  test('makes the Job ours: run, task, holder, renewal and trace', () => {
    const after = apply(orphan, adoptPatch(seen(orphan), adopter, later));
    expect(after.labels).toMatchObject({ [label.runId]: 'run-2', [label.taskId]: 'task-2' });
    expect(after.marks).toMatchObject({ holder: other, renewedAt: later, traceparent: '00-c-d-01' });
    expect(after.marks.promptHash).toBe(mine.promptHash);
  });

  test('takes back what its last holder left: release and deletion', () => {
    const annotations = {
      [annotation.releasedAt]: timeText(at),
      [annotation.deletion]: JSON.stringify({ actor: 'a', reason: 'r', runId: 'run-0', at: timeText(at) }),
    };
    const left = stored({ annotations });
    expect(seen(left).marks).toMatchObject({ releasedAt: at, deletion: { actor: 'a' } });
    const after = apply(left, adoptPatch(seen(left), adopter, later));
    expect(after.marks.releasedAt).toBeUndefined();
    expect(after.marks.deletion).toBeUndefined();
  });

  test("works on a predecessor's Job that has no annotations", () => {
    const bare = stored({ annotations: undefined });
    expect(seen(bare).annotated).toBe(false);
    expect(apply(bare, adoptPatch(seen(bare), adopter, later)).marks.holder).toEqual(other);
  });

  test.each(Object.entries(changed))('fails on %s', (_what, metadata) => {
    const patch = adoptPatch(seen(orphan), adopter, later);
    expect(() => apply(where(orphan, metadata), patch)).toThrow();
  });
});

describe('unsuspending', () => {
  test('starts the Job and says when it was admitted', () => {
    const after = apply(stored(), unsuspendPatch(seen(stored()), mine, later));
    expect(after.suspended).toBe(false);
    expect(after.marks.admittedAt).toBe(later);
  });

  test('leaves the suspension of a queue to its controller', () => {
    const queued = stored({ labels: { 'kueue.x-k8s.io/queue-name': 'q' } });
    const after = apply(queued, unsuspendPatch(seen(queued), mine, later));
    expect(after.suspended).toBe(true);
    expect(after.marks.admittedAt).toBe(later);
  });

  test('fails when another process holds it by now', () => {
    const patch = unsuspendPatch(seen(stored()), mine, later);
    const annotations = { ...stored().metadata.annotations, [annotation.holder]: holderText(other) };
    expect(() => apply(stored({ annotations }), patch)).toThrow();
  });
});

describe('renewing and releasing', () => {
  test('write their time and nothing else', () => {
    const before = seen(stored());
    const { marks, ...rest } = apply(stored(), renewPatch(before, mine, later));
    expect({ marks, ...rest }).toEqual({ ...before, marks: { ...before.marks, renewedAt: later } });
    expect(apply(stored(), releasePatch(before, mine, later))).toEqual({
      ...before,
      marks: { ...before.marks, releasedAt: later },
    });
  });
});

describe('concluding', () => {
  const verdict = { verdict: 'success', ttlSeconds: 300, deleting: undefined };

  test('marks the verdict and gives the time to live of the configuration', () => {
    const before = seen(stored());
    expect(before.ttlSecondsAfterFinished).toBe(24 * 3600);
    const after = apply(stored(), concludePatch(before, mine, verdict, later));
    expect(after.ttlSecondsAfterFinished).toBe(300);
    expect(after.marks.concluded).toEqual({ runId: 'run-1', verdict: 'success', at: later });
    expect(after.marks.deletion).toBeUndefined();
  });

  test('marks our own deletion before it happens', () => {
    const patch = concludePatch(seen(stored()), mine, { ...verdict, deleting: 'concluded' }, later);
    expect(apply(stored(), patch).marks.deletion).toEqual({
      actor: 'paperclip-adapter-claude-k8s',
      reason: 'concluded',
      runId: 'run-1',
      at: later,
    });
  });
});

describe('a Job that is no longer ours stays as it is', () => {
  const before = seen(stored());
  const patches = {
    unsuspend: unsuspendPatch(before, mine, later),
    renew: renewPatch(before, mine, later),
    release: releasePatch(before, mine, later),
    conclude: concludePatch(before, mine, { verdict: 'success', ttlSeconds: 1, deleting: 'concluded' }, later),
  };

  test.each(Object.entries(patches))('%s', (_what, patch) => {
    expect(() => apply(stored({ labels: { [label.runId]: 'run-9' } }), patch)).toThrow();
    expect(() => apply(where(stored(), { uid: 'uid-2' }), patch)).toThrow();
    // Others may have written to it in the meantime.
    expect(() => apply(where(stored(), { resourceVersion: '8' }), patch)).not.toThrow();
  });
});
