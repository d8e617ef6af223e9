import type { KubeObject } from '../../../src/loopback/object.ts';
import { type Frame, format, type RequestFrame } from '../../../src/record/frame.ts';
import { historyOf } from '../../../src/replay/history/build.ts';
import type { History } from '../../../src/replay/history/history.ts';
import type { RunRequest } from '../../../src/run/request.ts';
import type { Transition } from '../../../src/run/transition.ts';

export const startedAt = Date.parse('2026-11-25T10:00:00Z');

const request: RunRequest = {
  runId: 'run-1',
  agentId: 'scout',
  agentLabel: 'scout',
  taskId: undefined,
  sessionId: undefined,
  namespace: 'agents',
  jobName: 'job-1',
  promptHash: '',
  needsSecret: false,
  holder: { host: 'h', pod: undefined, podNamespace: undefined, bootId: 'b', pid: 1 },
  start: { as: 'new' },
  limits: {
    timeoutSec: 0,
    graceSec: 30,
    scheduleTimeoutSec: 60,
    logGraceSec: 30,
    exitAfterResultSec: 60,
    stallTimeoutSec: 0,
    ttlSecondsAfterFinished: 60,
  },
  reattachOrphanedJobs: true,
  continueAfterAdoption: false,
  retainJobs: false,
  model: undefined,
  traceparent: undefined,
  adapterVersion: '1',
};

const jobsPath = '/apis/batch/v1/namespaces/agents/jobs';
export const podsPath = '/api/v1/namespaces/agents/pods';
export const fleet = '?labelSelector=fleet';

/** A recording written by hand, frame by frame. Times are ms since the run began. */
export class Bundle {
  readonly frames: Frame[] = [
    {
      f: 'header',
      format,
      build: 'a',
      node: '24',
      startedAt,
      request,
      redaction: { output: 'filler', prompt: 'filler' },
    },
  ];
  private ids = 0;

  ask(t: number, verb: RequestFrame['verb'], resource: string, path: string, body?: unknown): number {
    const id = ++this.ids;
    const method = { create: 'POST', patch: 'PATCH', delete: 'DELETE' }[String(verb)] ?? 'GET';
    this.frames.push({ f: 'request', t, id, verb, resource, method, path, ...(body !== undefined && { body }) });
    return id;
  }

  head(id: number, t: number, status = 200, headers: Record<string, string> = {}): this {
    this.frames.push({ f: 'head', t, id, status, headers });
    return this;
  }

  chunk(id: number, t: number, text: string): this {
    this.frames.push({ f: 'chunk', t, id, text });
    return this;
  }

  end(id: number, t: number, how: 'complete' | 'aborted' | 'failed' = 'complete', code?: string): this {
    const error = code === undefined ? {} : { error: { code, message: code } };
    this.frames.push({ f: 'end', t, id, how, ...error });
    return this;
  }

  elided(id: number, t: number, lines: number, bytes: number): this {
    this.frames.push({ f: 'elided', t, id, lines, bytes, hash: '' });
    return this;
  }

  decided(transition: Transition): this {
    this.frames.push({ f: 'decision', t: transition.at - startedAt, transition });
    return this;
  }

  /** A request and its whole answer. */
  answered(
    t: number,
    ask: [RequestFrame['verb'], string, string, unknown?],
    status: number,
    body: unknown,
    till = t + 10,
  ) {
    const id = this.ask(t, ...ask);
    return this.head(id, till, status).chunk(id, till, JSON.stringify(body)).end(id, till);
  }

  get(t: number, path: string, status: number, body: unknown): this {
    return this.answered(
      t,
      ['get', path.includes('/pods') ? 'pods' : path.includes('/nodes') ? 'nodes' : 'jobs', path],
      status,
      body,
    );
  }

  list(t: number, path: string, version: number, ...items: KubeObject[]): this {
    const resource = /\/(\w+)(\?|$)/.exec(path)?.[1] ?? '';
    const metadata = { resourceVersion: String(version) };
    return this.answered(t, ['list', resource, path], 200, {
      metadata,
      items: items.map(({ kind: _, ...item }) => item),
    });
  }

  watch(t: number, resource: 'jobs' | 'pods', query = `${fleet}&watch=true&timeoutSeconds=300`): number {
    const id = this.ask(t, 'watch', resource, (resource === 'jobs' ? jobsPath : podsPath) + query);
    this.head(id, t + 1);
    return id;
  }

  event(id: number, t: number, type: string, object: unknown): this {
    return this.chunk(id, t, `${JSON.stringify({ type, object })}\n`);
  }

  /** The run's own Job: created suspended at `t`, released 100 ms later. */
  ownJob(t: number, version = 10): this {
    const held = job(version, { spec: { suspend: true } });
    const let_ = job(version + 1, { spec: { suspend: false } });
    this.answered(t, ['create', 'jobs', jobsPath, { metadata: { name: 'job-1' }, spec: { suspend: true } }], 201, held);
    this.decided({ type: 'job_created', at: startedAt + t + 10, job: 'job-1', uid: 'uid-job-1', suspended: true });
    const patch = [{ op: 'replace', path: '/spec/suspend', value: false }];
    return this.answered(t + 100, ['patch', 'jobs', `${jobsPath}/job-1`, patch], 200, let_);
  }

  delete(t: number, name = 'job-1', status = 200): this {
    return this.answered(t, ['delete', 'jobs', `${jobsPath}/${name}`, {}], status, { kind: 'Status' });
  }

  follow(t: number, { since, verb = 'follow' }: { since?: string; verb?: 'follow' | 'get' } = {}): number {
    const query = new URLSearchParams({ container: 'claude', timestamps: 'true' });
    if (verb === 'follow') query.set('follow', 'true');
    if (since !== undefined) query.set('sinceTime', since);
    return this.ask(t, verb, 'pods/log', `${podsPath}/pod-1/log?${query}`);
  }

  history(): History {
    return historyOf(this.frames);
  }
}

type Over = { [field: string]: unknown; metadata?: Record<string, unknown> };

function object(kind: string, name: string, version: number, { metadata, ...rest }: Over): KubeObject {
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'v1',
    kind,
    metadata: {
      name,
      ...(kind !== 'Node' && { namespace: 'agents' }),
      uid: `uid-${name}`,
      resourceVersion: String(version),
      creationTimestamp: '2026-11-25T10:00:01Z',
      labels: { fleet: 'yes' },
      ...metadata,
    },
    ...rest,
  };
}

/** A bundle with a Job of its own, and watches of both kinds. */
export function ownRun() {
  const bundle = new Bundle();
  const jobs = bundle.watch(0, 'jobs');
  bundle.ownJob(1000);
  const pods = bundle.watch(1200, 'pods');
  return { bundle, jobs, pods };
}

export const job = (version: number, over: Over = {}, name = 'job-1') => object('Job', name, version, over);
export const node = (version: number, over: Over = {}) => object('Node', 'node-1', version, over);

/** A pod of the run's own Job. */
export function pod(version: number, over: Over = {}, owner = 'uid-job-1', name = 'pod-1'): KubeObject {
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job-1', uid: owner }];
  return object('Pod', name, version, { ...over, metadata: { ownerReferences, ...over.metadata } });
}

/** What happened, short: `+1000 released pods/pod-1 put`. */
export function told({ happenings }: History): string[] {
  return happenings.map(({ at, after, resource, name, change }) => {
    const what = change.is === 'patched' ? `patched ${JSON.stringify(change.patch)}` : change.is;
    return `${at - startedAt} ${after} ${resource}/${name} ${what}`;
  });
}

export { jobsPath };
