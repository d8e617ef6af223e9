import { expect, test } from 'vitest';
import { buildJob } from '../../src/manifest/job.ts';
import { buildSecret } from '../../src/manifest/secret.ts';
import { job } from '../failure/build.ts';
import { at, plan, request } from './plan.ts';

const long = `$(HOME) é ${'x'.repeat(97 * 1024)}`;
const owner = job({ name: request().jobName, uid: 'job-uid' });

function texts(data: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

test('the Secret goes with its Job, and can not be changed', () => {
  const secret = buildSecret(plan({}, { secretEnv: { TOKEN: 't0ken' } }), owner);
  expect(secret).toMatchObject({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    immutable: true,
    metadata: { name: request().jobName, namespace: 'agents' },
  });
  expect(secret.metadata?.ownerReferences).toEqual([
    { apiVersion: 'batch/v1', kind: 'Job', name: owner.name, uid: 'job-uid', blockOwnerDeletion: false },
  ]);
});

test('a short prompt stays in the Job: the Secret holds tokens only', () => {
  expect(texts(buildSecret(plan({}, { secretEnv: { TOKEN: 't$0ken' }, instructions: 'i' }), owner).data)).toEqual({
    'env.TOKEN': 't$0ken',
  });
});

test('a long prompt is there byte for byte, with the instructions', () => {
  const made = plan({}, { prompt: long, instructions: 'be brief', secretEnv: { TOKEN: 't' } });
  expect(texts(buildSecret(made, owner).data)).toEqual({
    prompt: long,
    instructions: 'be brief',
    'env.TOKEN': 't',
  });
});

test('no token and no long prompt is in the Job', () => {
  const made = plan({}, { prompt: long, secretEnv: { TOKEN: 't0ken-value' } });
  const text = JSON.stringify(buildJob({ plan: made, suspended: true, at }));
  expect(text).not.toContain('t0ken-value');
  expect(text).not.toContain(Buffer.from('t0ken-value').toString('base64'));
  expect(text).not.toContain('xxxx');
  expect(text).toContain('"key":"env.TOKEN"');
});
