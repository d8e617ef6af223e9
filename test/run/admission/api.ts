import { label } from '../../../src/manifest/labels.ts';
import type { Answer, FaultKind } from '../../../src/run/answer.ts';
import type { RequestEffect } from '../../../src/run/effect.ts';
import type { HolderState } from '../../../src/run/observation.ts';
import type { RunRequest } from '../../../src/run/request.ts';
import type { JobSnapshot } from '../../../src/run/snapshot.ts';
import { job } from '../../failure/build.ts';

/** The Jobs of one agent as an API server keeps them: every write is a version, and the past can be listed. */
export class JobsApi {
  version = 100;
  history: { version: number; jobs: readonly JobSnapshot[] }[] = [{ version: 100, jobs: [] }];
  dead = new Set<string>();
  /** Jobs that were ever unsuspended, in order. */
  started: string[] = [];
  patchAllowed = true;

  get jobs(): readonly JobSnapshot[] {
    return this.history.at(-1)?.jobs ?? [];
  }

  write(jobs: readonly JobSnapshot[]): void {
    this.history.push({ version: ++this.version, jobs });
  }

  put(next: JobSnapshot): JobSnapshot {
    const stored = { ...next, resourceVersion: String(this.version + 1) };
    this.write([...this.jobs.filter(({ uid }) => uid !== next.uid), stored]);
    if (!stored.suspended && !this.started.includes(stored.uid)) this.started.push(stored.uid);
    return stored;
  }

  perform(effect: RequestEffect, { request, at }: { request: RunRequest; at: number }): Answer<unknown> {
    switch (effect.do) {
      case 'probe_patch':
        return ok({ allowed: this.patchAllowed, logs: true });
      case 'list_agent_jobs':
        return this.list(effect.exactVersion, at);
      case 'inspect_holders':
        return ok(Object.fromEntries(effect.jobs.map((one) => [one.uid, this.holderOf(one)])));
      case 'create_job':
        return this.create(request, effect.suspended, at);
      case 'read_job': {
        const found = this.jobs.find(({ name }) => name === effect.name);
        return found === undefined ? fault('not_found') : ok(found);
      }
      case 'adopt_job':
        return this.change(effect.job, true, (now) => own(now, request));
      case 'unsuspend_job':
        return this.change(effect.job, false, (now) => {
          if (now.labels[label.runId] !== request.runId) return undefined;
          return { ...now, suspended: false, marks: { ...now.marks, admittedAt: at } };
        });
      case 'withdraw_job':
      case 'delete_abandoned': {
        const now = this.jobs.find(({ uid }) => uid === effect.job.uid);
        if (now === undefined) return fault('not_found');
        if (now.resourceVersion !== effect.job.resourceVersion) return fault('conflict');
        this.write(this.jobs.filter(({ uid }) => uid !== now.uid));
        return ok('deleted');
      }
      case 'create_secret':
        return ok({ name: request.jobName });
      default:
        return ok('locked');
    }
  }

  private list(exactVersion: string | undefined, at: number): Answer<unknown> {
    const wanted = exactVersion === undefined ? this.version : Number(exactVersion);
    const then = this.history.findLast(({ version }) => version <= wanted);
    return { ok: true, value: { jobs: then?.jobs ?? [] }, serverTime: at };
  }

  private holderOf({ marks: { holder, releasedAt } }: JobSnapshot): HolderState {
    if (holder === undefined) return 'none';
    if (releasedAt !== undefined) return 'released';
    return this.dead.has(holder.bootId) ? 'gone' : 'alive';
  }

  private create(request: RunRequest, suspended: boolean, at: number): Answer<unknown> {
    if (this.jobs.some(({ name }) => name === request.jobName)) return fault('conflict');
    const fresh = job({
      marks: { ...job().marks, admittedAt: undefined },
      name: request.jobName,
      uid: `uid-${this.version}`,
      createdAt: at,
      suspended,
      startedAt: undefined,
    });
    return ok(this.put(own(fresh, request)));
  }

  private change(old: JobSnapshot, exact: boolean, to: (now: JobSnapshot) => JobSnapshot | undefined): Answer<unknown> {
    const now = this.jobs.find(({ uid }) => uid === old.uid);
    if (now === undefined) return fault('not_found');
    if (exact && now.resourceVersion !== old.resourceVersion) return fault('conflict');
    const next = to(now);
    return next === undefined ? fault('conflict') : ok(this.put(next));
  }
}

function own(found: JobSnapshot, request: RunRequest): JobSnapshot {
  const labels = {
    ...found.labels,
    [label.runId]: request.runId,
    ...(request.taskId ? { [label.taskId]: request.taskId } : {}),
  };
  const { holder, promptHash } = request;
  return { ...found, labels, marks: { ...found.marks, holder, promptHash: found.marks.promptHash ?? promptHash } };
}

export function ok(value: unknown): Answer<unknown> {
  return { ok: true, value, serverTime: undefined };
}

export function fault(kind: FaultKind, message = kind as string): Answer<never> {
  return {
    ok: false,
    fault: { kind, call: 'call', status: undefined, reason: undefined, message, retryAfterMs: undefined },
  };
}
