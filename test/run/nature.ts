import { label } from '../../src/manifest/labels.ts';
import type { Answer, ApiFault } from '../../src/run/answer.ts';
import type { Effect } from '../../src/run/effect.ts';
import type { ContainerState, JobSnapshot, LogLine, PodSnapshot } from '../../src/run/snapshot.ts';
import { condition, job, pod, startedAt } from '../failure/build.ts';
import { request } from './request.ts';

/** In [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Life {
  /** ms after the pod's creation. */
  startsAt: number;
  /** Output: ms after the start, and the text. */
  lines: readonly { after: number; text: string }[];
  /** ms after the start. */
  endsAt: number;
  exitCode: number;
}

export interface Weather {
  /** While these hold, the API answers nothing: [from, to) in ms after the beginning. */
  outages: readonly (readonly [number, number])[];
  /** Of one request, that it fails for a passing reason. */
  faultRate: number;
  /** Of one second of an open log, that it is cut. */
  cutRate: number;
  /** Our clock against the cluster's. */
  skew: number;
  /** ms after the beginning. */
  cancelAt: number | undefined;
  deleteJobAt: number | undefined;
  mayPatch: boolean;
}

/** One Job, its pod and its output as time goes by, and what the API does with it when it answers. */
export class Nature {
  now = startedAt;
  /** What was done to the Job before its container had ended. */
  early: Effect['do'][] = [];
  protected job: JobSnapshot | undefined;
  protected pod: PodSnapshot | undefined;
  private podBornAt = 0;
  private killAt: number | undefined;
  private version = 100;
  readonly life: Life;
  readonly weather: Weather;

  constructor(life: Life, weather: Weather) {
    this.life = life;
    this.weather = weather;
  }

  get elapsed(): number {
    return this.now - startedAt;
  }
  get containerStart(): number | undefined {
    return this.podBornAt === 0 ? undefined : this.podBornAt + this.life.startsAt;
  }
  get containerEnd(): number | undefined {
    const start = this.containerStart;
    if (start === undefined) return undefined;
    return Math.min(start + this.life.endsAt, Math.max(this.killAt ?? Number.POSITIVE_INFINITY, start));
  }
  /** Everything that the container has printed until now. */
  get printed(): LogLine[] {
    const start = this.containerStart;
    if (start === undefined) return [];
    const until = Math.min(this.now, this.containerEnd ?? this.now);
    return this.life.lines.flatMap(({ after, text }, n) =>
      start + after > until ? [] : [{ stamp: stampOf(start + after, n), text }],
    );
  }
  protected answer(effect: Effect): Answer<unknown> {
    const { now } = this;
    switch (effect.do) {
      case 'probe_patch':
        return ok({ allowed: this.weather.mayPatch, logs: true }, now);
      case 'list_agent_jobs':
        return ok({ jobs: this.job === undefined ? [] : [this.job] }, now);
      case 'inspect_holders':
        return ok(Object.fromEntries(effect.jobs.map(({ uid }) => [uid, 'alive'])), now);
      case 'create_job':
        return this.create(effect.suspended);
      case 'read_job':
        return this.job === undefined ? fault('not_found') : ok(this.job, now);
      case 'unsuspend_job':
        return this.change((known) => ({
          ...known,
          suspended: false,
          startedAt: now,
          marks: { ...known.marks, admittedAt: now },
        }));
      case 'conclude_job':
        this.note(effect.do);
        return this.change((known) => known, 'concluded');
      case 'renew_holder':
        return this.change((known) => known, 'renewed');
      case 'delete_job':
      case 'withdraw_job':
        if (effect.do === 'delete_job') this.note(effect.do);
        if (this.job === undefined) return fault('not_found');
        this.removeJob();
        return ok('deleted', now);
      case 'read_pods':
        return ok({ pods: this.pod === undefined ? [] : [this.podNow(this.pod)] }, now);
      case 'list_events':
        return ok({ events: [] }, now);
      default:
        return fault('not_found');
    }
  }

  private note(what: Effect['do']): void {
    if (this.pod !== undefined && this.now < (this.containerEnd ?? 0)) this.early.push(what);
  }

  private create(suspended: boolean): Answer<unknown> {
    if (this.job !== undefined) return fault('conflict');
    const { runId, holder, jobName } = request();
    const fresh = job({
      name: jobName,
      labels: { [label.runId]: runId },
      createdAt: this.now,
      suspended,
      startedAt: undefined,
    });
    this.job = { ...fresh, marks: { ...fresh.marks, holder, admittedAt: undefined } };
    return this.change((known) => known);
  }

  private change(to: (known: JobSnapshot) => JobSnapshot, word?: string): Answer<unknown> {
    if (this.job === undefined) return fault('not_found');
    this.job = { ...to(this.job), resourceVersion: String(++this.version) };
    return ok(word ?? this.job, this.now);
  }

  removeJob(): void {
    this.job = undefined;
    if (this.pod === undefined) return;
    this.pod = { ...this.pod, deletionAt: this.now + 20_000, deletionGraceSeconds: 20 };
    this.killAt ??= this.now + 2_000;
  }

  /** The controllers and the kubelet at work. */
  protected live(): void {
    const { deleteJobAt } = this.weather;
    if (deleteJobAt !== undefined && this.elapsed >= deleteJobAt && this.elapsed < deleteJobAt + 1_000)
      this.removeJob();
    if (this.job !== undefined && !this.job.suspended && this.pod === undefined && this.podBornAt === 0) {
      this.podBornAt = this.now;
      this.pod = pod({ createdAt: this.now, phase: 'Pending' });
    }
    const end = this.containerEnd;
    if (this.pod?.deletionAt !== undefined && end !== undefined && this.now >= end + 1_500) this.pod = undefined;
    if (this.job !== undefined && end !== undefined && this.now >= end + 3_000 && this.job.conditions.length === 0) {
      const { exitCode } = this.life;
      this.change((known) => ({
        ...known,
        conditions: [condition(exitCode === 0 ? 'Complete' : 'Failed', undefined, { at: this.now })],
      }));
    }
  }

  protected podNow(known: PodSnapshot): PodSnapshot {
    const [start, end] = [this.containerStart ?? 0, this.containerEnd ?? 0];
    const killed = end < start + this.life.endsAt;
    const exitCode = killed ? 143 : this.life.exitCode;
    const state: ContainerState =
      this.now < start
        ? { is: 'waiting', reason: 'ContainerCreating', message: undefined }
        : this.now < end + 700
          ? { is: 'running', startedAt: start }
          : {
              is: 'terminated',
              exitCode,
              signal: undefined,
              reason: exitCode === 0 ? 'Completed' : 'Error',
              message: undefined,
              startedAt: start,
              finishedAt: end,
              containerId: 'c',
            };
    const phase =
      state.is === 'waiting' ? 'Pending' : state.is === 'running' ? 'Running' : exitCode === 0 ? 'Succeeded' : 'Failed';
    const version = `${state.is}${known.deletionAt ?? ''}`;
    return {
      ...known,
      phase,
      resourceVersion: version,
      agent: { name: 'claude', state, last: undefined, image: 'i', restartCount: 0 },
    };
  }
}

function stampOf(at: number, n: number): string {
  return `${new Date(at).toISOString().slice(0, 23)}${String(n % 1_000_000).padStart(6, '0')}Z`;
}

function ok(value: unknown, serverTime: number): Answer<unknown> {
  return { ok: true, value, serverTime };
}

export function fault(kind: ApiFault['kind']): { ok: false; fault: ApiFault } {
  return {
    ok: false,
    fault: { kind, call: 'call', status: undefined, reason: undefined, message: kind, retryAfterMs: undefined },
  };
}
