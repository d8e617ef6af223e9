import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asks } from '../../src/loopback/faults.ts';
import { isWatch } from '../../src/loopback/open-stream.ts';
import { type Loopback, startLoopback } from '../../src/loopback/server.ts';
import { ManualClock } from './manual-clock.ts';
import { job, jobs, pod, pods } from './objects.ts';

let clock: ManualClock;
let api: Loopback;
beforeEach(async () => {
  clock = new ManualClock();
  api = await startLoopback(clock);
});
afterEach(() => api.close());

const jobsPath = '/apis/batch/v1/namespaces/agents/jobs';

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`${api.url}${path}`, init);
  const text = await response.text();
  const json = response.headers.get('content-type') === 'application/json';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

function post(body: unknown, method = 'POST', type = 'application/json'): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': type } };
}

describe('objects over HTTP', () => {
  test('a Job is created, read, listed, patched and deleted', async () => {
    const made = await ask(jobsPath, post({ ...job('a'), status: { active: 7 } }));
    expect(made).toMatchObject({ status: 201, body: { kind: 'Job', metadata: { name: 'a', namespace: 'agents' } } });
    expect(made.body.status).toEqual({});
    expect((await ask(`${jobsPath}/a`)).body).toEqual(made.body);
    const list = await ask(`${jobsPath}?labelSelector=paperclip.io/adapter-type%3Dclaude_k8s`);
    expect(list.body).toMatchObject({ kind: 'JobList', apiVersion: 'batch/v1', metadata: { resourceVersion: '1001' } });
    expect(list.body.items).toEqual([made.body]);
    const patch = [{ op: 'replace', path: '/spec/suspend', value: false }];
    const patched = await ask(`${jobsPath}/a`, post(patch, 'PATCH', 'application/json-patch+json'));
    expect(patched).toMatchObject({ status: 200, body: { spec: { suspend: false } } });
    const gone = await ask(`${jobsPath}/a`, post({ preconditions: { uid: made.body.metadata.uid } }, 'DELETE'));
    expect(gone).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success' } });
    expect(await ask(`${jobsPath}/a`)).toMatchObject({ status: 404, body: { reason: 'NotFound', code: 404 } });
  });

  test.each([
    ['/api/v1/namespaces/agents/pods', 'PodList'],
    ['/api/v1/pods', 'PodList'],
    ['/apis/batch/v1/jobs', 'JobList'],
    ['/api/v1/namespaces/agents/secrets', 'SecretList'],
    ['/api/v1/namespaces/agents/events', 'EventList'],
    ['/api/v1/namespaces/agents/persistentvolumeclaims', 'PersistentVolumeClaimList'],
    ['/api/v1/nodes', 'NodeList'],
    ['/api/v1/namespaces', 'NamespaceList'],
  ])('%s is a %s', async (path, kind) => {
    expect(await ask(path)).toMatchObject({ status: 200, body: { kind, items: [] } });
  });

  test('a namespace and a node are read without a namespace', async () => {
    api.store.create({ resource: 'namespaces', namespace: undefined }, { metadata: { name: 'agents' } });
    api.store.create({ resource: 'nodes', namespace: undefined }, { metadata: { name: 'n1' } });
    expect((await ask('/api/v1/namespaces/agents')).body).toMatchObject({ kind: 'Namespace' });
    expect((await ask('/api/v1/nodes/n1')).body).toMatchObject({ kind: 'Node', metadata: { name: 'n1' } });
  });

  test.each([
    ['an unknown kind', '/api/v1/namespaces/agents/widgets', {}, 404],
    ['a kind of another group', '/api/v1/namespaces/agents/jobs', {}, 404],
    ['a method that is not offered', `${jobsPath}/a`, { method: 'PUT', body: '{}' }, 405],
    ['a body that is no JSON', jobsPath, { method: 'POST', body: '{' }, 400],
    ['a selector that can not be read', `${jobsPath}?labelSelector=a%3D%3D%3Db`, {}, 400],
    ['a watch with one', `${jobsPath}?watch=true&fieldSelector=spec.x%3D1`, {}, 400],
  ])('%s is refused', async (_, path, init, status) => {
    api.store.create(jobs, job('a'));
    expect(await ask(path, init)).toMatchObject({ status, body: { kind: 'Status', code: status } });
  });
});

describe('the server', () => {
  test('tells its version and its own time', async () => {
    expect((await ask('/version')).body).toEqual({ major: '1', minor: '34', gitVersion: 'v1.34.1' });
    api.skewMs = 90_000;
    expect((await ask('/version')).headers.get('date')).toBe('Tue, 24 Nov 2026 10:01:30 GMT');
    api.store.create(jobs, job('a'));
    expect((await ask(`${jobsPath}/a`)).body.metadata.creationTimestamp).toBe('2026-11-24T10:01:30Z');
  });

  test('answers the review and the request itself alike', async () => {
    api.access.deny({ verb: 'get', resource: 'pods/log' }, { verb: 'watch', resource: 'pods', namespace: 'others' });
    const review = async (verb: string, resource: string, subresource?: string, namespace = 'agents') => {
      const spec = { resourceAttributes: { verb, resource, subresource, namespace } };
      return (await ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', post({ spec }))).body.status.allowed;
    };
    expect(await review('get', 'pods', 'log')).toBe(false);
    expect(await review('get', 'pods')).toBe(true);
    expect(await review('watch', 'pods')).toBe(true);
    expect(await review('watch', 'pods', undefined, 'others')).toBe(false);
    api.store.create(pods, pod('p'));
    const log = await ask('/api/v1/namespaces/agents/pods/p/log');
    expect(log.status).toBe(403);
    expect(log.body.message).toBe(
      `pods "p" is forbidden: User "${api.access.user}" cannot get resource "pods/log" in API group "" in the namespace "agents"`,
    );
    api.access.allowAll();
    expect(await review('get', 'pods', 'log')).toBe(true);
  });

  test('keeps the requests that came', async () => {
    await ask(`${jobsPath}/a?x=1`);
    await ask('/version');
    expect(api.requests).toMatchObject([
      { method: 'GET', verb: 'get', resource: 'jobs', group: 'batch', namespace: 'agents', name: 'a' },
      { method: 'GET', verb: 'get', resource: 'version', name: undefined },
    ]);
    expect(api.requests[0]?.query.get('x')).toBe('1');
  });

  test('close ends what hangs and leaves no timer', async () => {
    api.faults.add(asks('list', 'jobs'), { is: 'hang' });
    const hanging = ask(jobsPath).then(
      () => 'answered',
      () => 'ended',
    );
    const watch = await fetch(`${api.url}${jobsPath}?watch=1`);
    const ended = watch.text().then(
      () => 'answered',
      () => 'ended',
    );
    await vi.waitFor(() => expect(api.requests).toHaveLength(2), { interval: 2 });
    expect(api.streams.list(isWatch)).toHaveLength(1);
    await api.close();
    expect(await Promise.all([hanging, ended])).toEqual(['ended', 'ended']);
    await vi.waitFor(() => expect(clock.waiting).toBe(0), { interval: 2 });
  });
});

describe('faults', () => {
  test('an answer in place of the real one, as often as said', async () => {
    api.faults.add(asks('list', 'jobs'), { is: 'answer', status: 429, body: 'slow down', retryAfter: 3 }, 2);
    for (const status of [429, 429, 200]) expect((await ask(jobsPath)).status).toBe(status);
    api.faults.add(asks('get', 'jobs'), { is: 'answer', status: 500, body: { kind: 'Status' }, retryAfter: 7 });
    const failed = await ask(`${jobsPath}/a`);
    expect(failed).toMatchObject({ status: 500, body: { kind: 'Status' } });
    expect(failed.headers.get('retry-after')).toBe('7');
  });

  test('a reset leaves the request undone, a lost answer does not', async () => {
    api.faults.add(asks('create', 'jobs'), { is: 'reset' });
    await expect(ask(jobsPath, post(job('a')))).rejects.toThrow('fetch failed');
    api.faults.add(asks('create', 'jobs'), { is: 'lost' });
    await expect(ask(jobsPath, post(job('b')))).rejects.toThrow('fetch failed');
    expect(api.store.list(jobs).items.map(({ metadata }) => metadata.name)).toEqual(['b']);
  });

  test('a rule that is taken back does nothing', async () => {
    api.faults.add(() => true, { is: 'reset' })();
    expect((await ask(jobsPath)).status).toBe(200);
  });
});
