import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownNamespace } from '../namespace.ts';
import { content, init, result, steps } from '../script.ts';
import { apply, kubectl, surroundings } from '../tools.ts';
import { verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-sidecar', { 'e2e-inject': 'yes' });
/** An address of this machine that the API server reaches: the one that pods reach too. */
const host = new URL(surroundings().messagesApi).hostname;
let stop: () => Promise<void> = async () => undefined;

/** A webhook that adds a container to every pod, as a service mesh does. */
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'e2e-webhook-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=webhook', '-addext', `subjectAltName=IP:${host}`];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-keyout',
    key,
    '-out',
    cert,
    ...names,
  ]);
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { uid } = JSON.parse(body).request;
    const mesh = {
      name: 'mesh',
      image: 'busybox:1.36',
      command: ['sleep', '100000'],
      securityContext: { allowPrivilegeEscalation: false },
    };
    const patch = Buffer.from(JSON.stringify([{ op: 'add', path: '/spec/containers/0', value: mesh }])).toString(
      'base64',
    );
    const answer = { uid, allowed: true, patchType: 'JSONPatch', patch };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'e2e-inject' },
    webhooks: [
      {
        name: 'inject.e2e.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: { url: `https://${host}:${port}/`, caBundle: (await readFile(cert)).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'e2e-inject': 'yes' } },
      },
    ],
  });
  stop = async () => {
    await kubectl('delete', 'mutatingwebhookconfiguration', 'e2e-inject', '--ignore-not-found');
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  };
});

afterAll(() => stop());

test('an injected container that never ends changes nothing: the agent decides', async () => {
  const { outcome } = await verdictOf(
    { namespace, fake: steps(init, content, 'sleep 1', result) },
    { code: null, job: 'deleted' },
  );
  expect(outcome.evidence.pod?.phase).toBe('Running');
  expect(outcome.evidence.container).toMatchObject({ known: 'terminated', exitCode: 0 });
});
