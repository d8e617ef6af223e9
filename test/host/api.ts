import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import type { Clock } from '../../src/engine/clock.ts';

export const server = 'https://cluster.test:6443';
export const jobsPath = '/apis/batch/v1/namespaces/agents/jobs';
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** A kubeconfig of its own for each test, for the API that nock plays. */
export function kubeconfigFile(user = 'tester', directory = mkdtempSync(join(tmpdir(), 'claude-k8s-host-'))): string {
  const path = join(directory, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user, namespace: 'of-the-context' } }],
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: user, user: { token: 'token-of-the-account' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

export function versionIs(minor: string): void {
  nock(server)
    .get('/version')
    .reply(200, { major: '1', minor, gitVersion: `v1.${minor}.0` });
}

/** Answers every access review: all is allowed but what is named as `verb resource`. */
export function allowsAllBut(...denied: string[]): void {
  nock(server)
    .persist()
    .post(reviews)
    .reply(201, async (request: Request) => {
      const { spec } = JSON.parse(await request.text());
      const { verb, resource, subresource } = spec.resourceAttributes;
      const asked = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
      return { kind: 'SelfSubjectAccessReview', spec, status: { allowed: !denied.includes(asked) } };
    });
}

export function hasNoJobs(): void {
  nock(server)
    .persist()
    .get(jobsPath)
    .query(true)
    .reply(200, { kind: 'JobList', metadata: { resourceVersion: '1' }, items: [] });
}

/** Time that does not make a test wait: what is asked for later comes at once, and it is later then. */
export function hastyClock(): Clock {
  let time = Date.now();
  return {
    now: () => time,
    at(at, fn) {
      const soon = setImmediate(() => {
        time = Math.max(time, at);
        fn();
      });
      return () => clearImmediate(soon);
    },
  };
}
