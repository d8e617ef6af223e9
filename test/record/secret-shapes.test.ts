import { expect, test } from 'vitest';
import { replaceSecrets, secretsIn } from '../../src/record/secret-shapes.ts';

const filled = (text: string) => replaceSecrets(text, (found) => 'x'.repeat(found.length));

test.each([
  ['Authorization: Basic dXNlcjpodW50ZXIyMg==', 'dXNlcjpodW50ZXIyMg'],
  ['authorization: token abcDEF123', 'abcDEF123'],
  ['"Authorization":"Negotiate YIIJvwYGKwYBBQ"', 'YIIJvwYGKwYBBQ'],
  ['X-Api-Key: 0a1b2c3d4e', '0a1b2c3d4e'],
  ['Cookie: lang=en_US; session=s3cr3tS1; more=Z9', 's3cr3tS1'],
  ['password: Hunter2xyz9', 'Hunter2xyz9'],
  ['{"password":"Hunter2xyz9"}', 'Hunter2xyz9'],
  ['redis://:hunter2@host/0', 'hunter2'],
  ['tool --token s3cr3t and more', 's3cr3t'],
  [`-----BEGIN PRIVATE KEY-----\n${'MIIEvQ+/'.repeat(8)}\nshortlast==\n-----END PRIVATE KEY-----`, 'shortlast'],
  ['of /v1/QWxhZGRpbjpvcGVu/c2VzYW1lMTIzNDU2Nzg5MDEyMzQ1Njc4OTA=', 'c2VzYW1lMTIzNDU2Nzg5MDEyMzQ1'],
  ['AbC1dE2fG3hI4jK5/lM6nO7pQ8rS9tU0vWxYz', 'AbC1dE2fG3hI4jK5'],
])('%j holds a secret', (text, secret) => {
  expect(text).toContain(secret);
  expect(filled(text)).not.toContain(secret);
  expect(filled(text)).toHaveLength(text.length);
  expect(secretsIn(text)).not.toEqual([]);
});

test.each([
  'Get "https://198.18.0.1:10250/containerLogs/agents/ac-scout-run-1-0868d28d-x7k2p/claude?follow=true": EOF',
  '/paperclip/instances/default/projects/MyCompany2026/workspaces',
  'registry.example.io/Team/claude-code-runner-2026-11-25/image:1.2.3',
  'mount "/var/lib/kubelet/pods/76e08daf-487d-454e-ab1e-f178785b00ac/volumes/kubernetes.io~empty-dir/Work1"',
  '"secretName":"paperclip-run-76E08" and "tokenExpirationSeconds":3607',
  'password: not given, token: expired',
])('%j is what a failure is told by, and stays', (text) => {
  expect(filled(text)).toBe(text);
});
