import nock from 'nock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { answerOf, faultOf, nockedCluster, server, tokenConfig } from './nock-api.ts';

let given: ReturnType<typeof nockedCluster>;
let cluster: Cluster;
beforeEach(() => {
  given = nockedCluster();
  ({ cluster } = given);
});
afterEach(async () => {
  const unasked = nock.pendingMocks();
  nock.cleanAll();
  await cluster.close();
  expect(unasked).toEqual([]);
});

const jobsPath = '/apis/batch/v1/namespaces/agents/jobs';
const wireJob = {
  metadata: {
    name: 'ac-1',
    namespace: 'agents',
    uid: 'u1',
    resourceVersion: '7',
    creationTimestamp: '2026-11-24T10:00:00Z',
  },
  spec: { suspend: true },
};

describe('what is sent', () => {
  test('every request says who asks and what it takes', async () => {
    const headers = { authorization: 'Bearer sesame', accept: 'application/json', 'user-agent': /^paperclip-adapter/ };
    given.api
      .get('/version')
      .matchHeader('authorization', headers.authorization)
      .matchHeader('accept', headers.accept)
      .matchHeader('user-agent', headers['user-agent'])
      .reply(200, { major: '1', minor: '31+', gitVersion: 'v1.31.2-gke' });
    expect(await answerOf(cluster.version())).toEqual({ major: 1, minor: 31, gitVersion: 'v1.31.2-gke' });
  });

  test('a user with a password', async () => {
    const config = tokenConfig(server);
    const context = { name: 'x', cluster: 'c', user: 'u' };
    const user = { name: 'u', username: 'jane', password: 'pässword' };
    config.loadFromOptions({ clusters: config.clusters, users: [user], contexts: [context], currentContext: 'x' });
    const own = createCluster({ config, clock: given.clock });
    const expected = `Basic ${Buffer.from('jane:pässword').toString('base64')}`;
    given.api.get('/version').matchHeader('authorization', expected).reply(200, {});
    expect((await own.version()).ok).toBe(true);
    await own.close();
  });

  test('a Job is created as it is given', async () => {
    const job = { metadata: { name: 'ac-1' }, spec: { template: { spec: { containers: [] } } } };
    given.api.post(jobsPath, job).matchHeader('content-type', 'application/json').reply(201, wireJob);
    expect(await answerOf(cluster.createJob('agents', job))).toMatchObject({
      name: 'ac-1',
      uid: 'u1',
      suspended: true,
    });
  });

  test('a patch is a JSON patch', async () => {
    const patch = [{ op: 'test', path: '/metadata/uid', value: 'u1' } as const];
    given.api
      .patch(`${jobsPath}/ac-1`, patch)
      .matchHeader('content-type', 'application/json-patch+json')
      .reply(200, wireJob);
    expect(await answerOf(cluster.patchJob('agents', 'ac-1', patch))).toMatchObject({ resourceVersion: '7' });
  });

  test('a delete carries its preconditions and takes the pods along', async () => {
    const preconditions = { uid: 'u1', resourceVersion: '7' };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions };
    given.api.delete(`${jobsPath}/ac-1`, body).reply(200, { kind: 'Status', status: 'Success' });
    expect(await answerOf(cluster.deleteJob('agents', 'ac-1', preconditions))).toBe('deleted');
  });

  test('a list of the past names its version, a list of now does not', async () => {
    const list = { metadata: { resourceVersion: '9' }, items: [wireJob] };
    const query = { labelSelector: 'a=b', resourceVersion: '7', resourceVersionMatch: 'Exact' };
    given.api.get(jobsPath).query(query).reply(200, list);
    given.api.get(jobsPath).query({ labelSelector: 'a=b' }).reply(200, list);
    const jobs = [expect.objectContaining({ name: 'ac-1' })];
    expect(await answerOf(cluster.listJobs('agents', 'a=b', '7'))).toEqual({ jobs, resourceVersion: '9' });
    expect(await answerOf(cluster.listJobs('agents', 'a=b'))).toEqual({ jobs, resourceVersion: '9' });
  });

  test('a review names the subresource apart', async () => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const review = (resourceAttributes: Record<string, string>) => ({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: 'agents', ...resourceAttributes } },
    });
    const log = review({ verb: 'get', resource: 'pods', subresource: 'log', group: '' });
    given.api.post(path, log).reply(201, { status: { allowed: true } });
    given.api.post(path, review({ verb: 'patch', resource: 'jobs', group: 'batch' })).reply(201, { status: {} });
    expect(await answerOf(cluster.canI('get', 'pods/log', 'agents'))).toBe(true);
    expect(await answerOf(cluster.canI('patch', 'jobs', 'agents', 'batch'))).toBe(false);
  });

  test('the other paths', async () => {
    const core = '/api/v1/namespaces/agents';
    given.api.get(`${jobsPath}/a%2Fb`).reply(200, wireJob);
    given.api.post(`${core}/secrets`, { metadata: { name: 's' } }).reply(201, { metadata: { name: 's', uid: 'u2' } });
    given.api
      .get(`${core}/pods`)
      .query({ labelSelector: 'x' })
      .reply(200, { metadata: { resourceVersion: '3' }, items: [{ metadata: { name: 'p' } }] });
    given.api.get(`${core}/pods/p`).reply(200, { spec: { nodeName: 'n' } });
    given.api.get(`${core}/persistentvolumeclaims/c`).reply(200, { spec: { accessModes: ['ReadWriteMany'] } });
    given.api
      .get(`${core}/events`)
      .query({ fieldSelector: 'involvedObject.uid=u1' })
      .reply(200, { items: [{ reason: 'FailedCreate' }] });
    given.api.get('/api/v1/nodes/n').reply(200, { metadata: { name: 'n' } });
    expect(await answerOf(cluster.readJob('agents', 'a/b'))).toMatchObject({ uid: 'u1' });
    expect(await answerOf(cluster.createSecret('agents', { metadata: { name: 's' } }))).toEqual({
      name: 's',
      uid: 'u2',
    });
    expect(await answerOf(cluster.listPods('agents', 'x'))).toMatchObject({
      pods: [{ name: 'p' }],
      resourceVersion: '3',
    });
    expect(await answerOf(cluster.readPodRaw('agents', 'p'))).toEqual({ spec: { nodeName: 'n' } });
    expect(await answerOf(cluster.readClaimRaw('agents', 'c'))).toEqual({ spec: { accessModes: ['ReadWriteMany'] } });
    expect(await answerOf(cluster.listEvents('agents', 'involvedObject.uid=u1'))).toMatchObject([
      { reason: 'FailedCreate' },
    ]);
    expect(await answerOf(cluster.readNode('n'))).toMatchObject({ name: 'n', ready: 'Unknown' });
  });

  test('the server says what time it is there', async () => {
    given.api.get('/version').reply(200, {}, { Date: 'Tue, 24 Nov 2026 10:00:00 GMT' });
    given.api.get('/version').reply(200, {}, { Date: 'noon' });
    expect(await cluster.version()).toMatchObject({ serverTime: Date.parse('2026-11-24T10:00:00Z') });
    expect(await cluster.version()).toMatchObject({ ok: true, serverTime: undefined });
  });

  test('each request is counted by what it was and how it was answered', async () => {
    given.api.get(`${jobsPath}/ac-1`).reply(404, {});
    given.api.delete(`${jobsPath}/ac-1`).replyWithError('gone');
    await cluster.readJob('agents', 'ac-1');
    await cluster.deleteJob('agents', 'ac-1', { uid: 'u1' });
    const at = given.clock.now();
    expect(given.exchanges).toEqual([
      { verb: 'get', resource: 'jobs', status: 404, startedAt: at, endedAt: at },
      { verb: 'delete', resource: 'jobs', status: undefined, startedAt: at, endedAt: at },
    ]);
  });
});

describe('what comes back instead', () => {
  const status = (code: number, reason: string, message = 'why') => ({ kind: 'Status', code, reason, message });

  test.each([
    [400, 'BadRequest', 'rejected'],
    [401, 'Unauthorized', 'unauthorized'],
    [403, 'Forbidden', 'forbidden'],
    [404, 'NotFound', 'not_found'],
    [409, 'AlreadyExists', 'conflict'],
    [410, 'Expired', 'gone'],
    [413, 'RequestEntityTooLarge', 'rejected'],
    [422, 'Invalid', 'rejected'],
    [429, 'TooManyRequests', 'throttled'],
    [500, 'InternalError', 'server_error'],
    [503, 'ServiceUnavailable', 'server_error'],
    [504, 'Timeout', 'server_error'],
  ] as const)('%i %s is %s', async (code, reason, kind) => {
    given.api.post(jobsPath).reply(code, status(code, reason));
    expect(await faultOf(cluster.createJob('agents', {}))).toEqual({
      kind,
      call: 'create jobs',
      status: code,
      reason,
      message: 'why',
      retryAfterMs: undefined,
    });
  });

  test('a JSON patch whose test fails is a conflict, an invalid field is not', async () => {
    given.api.patch(`${jobsPath}/ac-1`).reply(422, status(422, 'Invalid'));
    expect((await faultOf(cluster.patchJob('agents', 'ac-1', []))).kind).toBe('conflict');
    const details = { causes: [{ field: 'spec.suspend' }] };
    given.api.patch(`${jobsPath}/ac-1`).reply(422, { ...status(422, 'Invalid'), details });
    expect((await faultOf(cluster.patchJob('agents', 'ac-1', []))).kind).toBe('rejected');
  });

  test.each([
    ['seconds', 429, '7', 'throttled', 7_000],
    ['a date', 429, 'Tue, 24 Nov 2026 10:00:30 GMT', 'throttled', 30_000],
    ['a date that is over', 503, 'Tue, 24 Nov 2026 09:00:00 GMT', 'throttled', 0],
    ['neither', 503, 'soon', 'server_error', undefined],
  ])('Retry-After in %s', async (_, code, retryAfter, kind, retryAfterMs) => {
    given.api.get('/version').reply(code, 'Too many requests', { 'Retry-After': retryAfter });
    expect(await faultOf(cluster.version())).toMatchObject({ kind, retryAfterMs, message: 'Too many requests' });
  });

  test.each([
    ['a page of a proxy', 502, '<html>Bad Gateway</html>\n', '<html>Bad Gateway</html>'],
    ['nothing', 500, '', 'HTTP 500'],
    ['a very long page', 500, 'x'.repeat(1000), 'x'.repeat(300)],
    ['success without JSON', 200, 'please log in', 'please log in'],
  ])('%s', async (_, code, body, message) => {
    given.api.get('/version').reply(code, body);
    expect(await faultOf(cluster.version())).toMatchObject({ message, status: code });
  });

  test('an answer that is no success never counts as one', async () => {
    given.api.get('/version').reply(200, '[]');
    expect(await cluster.version()).toMatchObject({ ok: false });
  });
});
