import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/manifest/names.ts';
import { claim, hostPod as hostPodIn, removeVolumes } from '../host-pod.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, result, steps } from '../script.ts';
import { apply, kubectl, until } from '../tools.ts';
import { podOf, verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-start');
const host = ownNamespace('e2e-start-host');
const fake = (...parts: string[]) => ({ namespace, fake: steps(...parts) });
const works = fake(init, content, result);
const failed = { code: 'k8s_pod_schedule_failed', exitCode: null, job: 'deleted' } as const;

describe.concurrent('what never starts', () => {
  test('image not found', async () => {
    // A registry that can not be reached may be back: only the timeout ends it, unlike an image that is denied.
    const input = { ...works, config: { image: 'registry.local/nope:1', scheduleTimeoutSec: 30 } };
    await verdictOf(input, { ...failed, cause: 'image_pull', says: [/registry\.local\/nope:1/] });
  });

  test('unschedulable for ever', async () => {
    const config = { 'resources.requests.cpu': '64', 'resources.limits.cpu': '64', scheduleTimeoutSec: 15 };
    await verdictOf({ ...works, config }, { ...failed, cause: 'unschedulable', says: [/Insufficient cpu/] });
  });

  test('init container failure', async () => {
    const input = { ...works, config: { initImage: 'registry.local/bad-init:1' } };
    await verdictOf(input, { ...failed, cause: 'init_failed', says: [/write-prompt/, /exit code 3/] });
  });

  test('missing Secret key', async () => {
    const self = await hostPod('secret-key', {
      env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'no-such-secret', key: 'token' } } }],
    });
    await verdictOf({ ...works, self }, { ...failed, cause: 'config_error', says: [/no-such-secret/] });
  });

  test('missing PersistentVolumeClaim', async () => {
    await claim('only-here', host);
    const self = await hostPod('missing-claim', {}, 'only-here');
    const config = { scheduleTimeoutSec: 20 };
    await verdictOf({ ...works, self, config }, { ...failed, cause: 'volume', says: [/only-here/] });
  });
});

describe('quota', () => {
  const tight = ownNamespace('e2e-start-quota');

  test('a quota without room for a pod', async () => {
    await quota(tight, { pods: '0' });
    const input = { ...works, namespace: tight, config: { scheduleTimeoutSec: 20 } };
    await verdictOf(input, { ...failed, cause: 'quota', says: [/exceeded quota/] });
  });

  test('a quota freed after 20 s', async () => {
    await quota(tight, { pods: '0' });
    await verdictOf({ ...works, namespace: tight }, { code: null }, async () => {
      await pass(20);
      await quota(tight, { pods: '5' });
    });
  });
});

describe.concurrent('what starts late', () => {
  afterAll(() => kubectl('label', 'node', '--all', 'e2e-room-'));

  test('unschedulable for 30 s, then room', async () => {
    const input = { ...works, config: { nodeSelector: { 'e2e-room': 'yes' } } };
    await verdictOf(input, { code: null }, async () => {
      await pass(30);
      await kubectl('label', 'node', '--all', '--overwrite', 'e2e-room=yes');
    });
  });

  test('held suspended by a queue for 60 s, half its patience', async () => {
    const config = { labels: { 'kueue.x-k8s.io/queue-name': 'nightly' }, scheduleTimeoutSec: 30 };
    const { run } = await verdictOf({ ...works, config }, { code: null }, async (during) => {
      await until('the Job', () => during.transitions.some(({ type }) => type === 'queued'));
      await pass(60);
      await kubectl(
        '-n',
        namespace,
        'patch',
        'job',
        during.jobName,
        '--type=merge',
        '-p',
        '{"spec":{"suspend":false}}',
      );
    });
    expect(run.text()).toMatch(/queued/);
  });
});

describe.concurrent('namespaces that ask for more', () => {
  const restricted = ownNamespace('e2e-start-restricted', { 'pod-security.kubernetes.io/enforce': 'restricted' });
  const limited = ownNamespace('e2e-start-limited');

  test('Pod Security restricted', async () => {
    await verdictOf({ ...works, namespace: restricted, run: { secretEnv: { TOKEN: 'secret' } } }, { code: null });
  });

  test('a quota and a limit range', async () => {
    await quota(limited, {
      pods: '3',
      'requests.cpu': '2',
      'requests.memory': '4Gi',
      'limits.cpu': '8',
      'limits.memory': '8Gi',
    });
    await apply({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'range', namespace: limited },
      spec: { limits: [{ type: 'Container', max: { cpu: '4', memory: '4Gi' }, min: { cpu: '5m', memory: '4Mi' } }] },
    });
    await verdictOf({ ...works, namespace: limited }, { code: null });
  });
});

describe.concurrent('what the agent gets', () => {
  const reads = fake(init, content, `printf '{"type":"user","sha256":"%s"}\\n' "$(sha256sum | cut -d' ' -f1)"`, result);
  const kib = (n: number) => randomBytes(n * 768).toString('base64');

  test.each([
    ['100 KiB', kib(100)],
    ['130 KiB', kib(130)],
    ['257 KiB', kib(257)],
    ['1 MB', kib(976)],
    ['dollars, CRLF and U+2028', 'a $$ b $(HOME) c $HOME `id` \\ %s \r\n"quotes" \u2028 \u{1f600} end\n\n'],
  ])('a prompt of %s arrives byte for byte', async (_, prompt) => {
    const { run } = await verdictOf({ ...reads, prompt }, { code: null });
    expect(run.lines().find((line) => line.includes('sha256'))).toContain(sha256(prompt));
  });

  test('tokens come by Secret, and the Job does not show them', async () => {
    const shows = fake(init, content, `printf '{"type":"user","token":"%s"}\\n' "$TOKEN"`, result);
    const { run } = await verdictOf(
      { ...shows, run: { secretEnv: { TOKEN: 'tok-$(HOME)-1' } } },
      { code: null },
      async (during) => {
        await podOf(during);
        const job = await kubectl('-n', namespace, 'get', 'job', during.jobName, '-o', 'yaml');
        expect(job).not.toContain('tok-');
      },
    );
    expect(run.lines().join('\n')).toContain('tok-$(HOME)-1');
  });

  test('a ReadWriteOnce claim as the shared volume, on the node of the host', async () => {
    await claim('shared', namespace);
    const self = await hostPod('with-volume', {}, 'shared', namespace);
    const input = fake(init, content, 'echo kept > /paperclip/e2e-file && ls /paperclip', result);
    const { outcome } = await verdictOf({ ...input, self, run: {} }, { code: null });
    expect(outcome.evidence.pod?.nodeName).toBeDefined();
  });
});

const hostPod = (name: string, container: Record<string, unknown>, claimName?: string, where = host) =>
  hostPodIn(name, container, claimName, where);

/** Time as the incident itself needs it. */
function pass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function quota(where: string, hard: Record<string, string>): Promise<void> {
  await apply({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota', namespace: where },
    spec: { hard },
  });
  await until('the quota in force', async () => {
    const seen = JSON.parse(await kubectl('-n', where, 'get', 'resourcequota', 'quota', '-o', 'json'));
    return Object.entries(hard).every(([name, value]) => seen.status?.hard?.[name] === value);
  });
}

beforeAll(removeVolumes);
