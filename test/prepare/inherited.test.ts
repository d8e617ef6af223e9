import { describe, expect, test } from 'vitest';
import { inPod, isVersion, ownPod, planned, refused } from './preparing.ts';

describe('inherited from our own pod', () => {
  const mounts = {
    volumes: [
      { name: 'home', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'keys', secret: { secretName: 'git-keys' } },
      { name: 'scratch', emptyDir: {} },
    ],
    volumeMounts: [
      { name: 'home', mountPath: '/paperclip/', subPath: 'p' },
      { name: 'keys', mountPath: '/etc/keys' },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  };
  const spec = {
    imagePullSecrets: [{ name: 'registry' }],
    dnsPolicy: 'ClusterFirst',
    volumes: mounts.volumes,
    containers: [
      { name: 'proxy', image: 'proxy:1' },
      {
        name: 'paperclip',
        image: 'paperclip:9',
        volumeMounts: mounts.volumeMounts,
        env: [
          { name: 'PLAIN', value: 'x' },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          { name: 'MAP', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        ],
        envFrom: [{ secretRef: { name: 'all' } }, { prefix: 'P_', configMapRef: { name: 'more' } }],
      },
    ],
  };
  const claim = (accessModes: string[], namespace = 'paperclip') => ({
    namespace,
    status: 200,
    body: { spec: { accessModes } },
  });

  test('is what a Job can use; a key that it names and that is missing keeps the agent from starting', async () => {
    ownPod(spec, claim(['ReadWriteMany']));
    const { plan, warnings } = await planned({ env: inPod, config: { image: '' } });
    expect(warnings).toEqual([]);
    expect(plan.image).toBe('paperclip:9');
    expect(plan.inherited).toEqual({
      podName: 'paperclip-0',
      nodeName: 'node-a',
      image: 'paperclip:9',
      imagePullSecrets: [{ name: 'registry' }],
      dnsPolicy: 'ClusterFirst',
      dnsConfig: undefined,
      sharedVolume: { claim: 'data', subPath: 'p', readWriteOnce: false },
      secretVolumes: [
        {
          volume: { name: 'keys', secret: { secretName: 'git-keys', optional: true } },
          mount: { name: 'keys', mountPath: '/etc/keys', readOnly: true },
        },
      ],
      env: [
        { name: 'PLAIN', value: 'x' },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'MAP', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
      ],
      envFrom: [
        { secretRef: { name: 'all', optional: true } },
        { prefix: 'P_', configMapRef: { name: 'more', optional: true } },
      ],
      warnings: [],
    });
  });

  test('comes from the first container where none is called paperclip', async () => {
    ownPod({
      containers: [
        { name: 'web', image: 'web:1' },
        { name: 'proxy', image: 'proxy:1' },
      ],
    });
    expect((await planned({ env: inPod, config: { image: '' } })).plan.image).toBe('web:1');
  });

  test.each([
    ['ReadWriteOnce', ['ReadWriteOnce'], true],
    ['ReadWriteMany beside another mode', ['ReadWriteOnce', 'ReadWriteMany'], false],
  ])('a claim that is %s', async (_what, modes, readWriteOnce) => {
    ownPod(spec, claim(modes));
    const { plan } = await planned({ env: inPod });
    expect(plan.inherited?.sharedVolume?.readWriteOnce).toBe(readWriteOnce);
  });

  test('a claim that no second pod can mount is told', async () => {
    ownPod(spec, claim(['ReadWriteOncePod']));
    const { warnings } = await planned({ env: inPod });
    expect(warnings).toEqual([expect.stringMatching(/claim data .* is ReadWriteOncePod: no second pod can mount it/)]);
  });

  test('a claim that we may not read is taken for ReadWriteOnce', async () => {
    const status = { kind: 'Status', reason: 'Forbidden', message: 'claims are forbidden', code: 403 };
    ownPod(spec, { namespace: 'paperclip', status: 403, body: status });
    const { plan, warnings } = await planned({ env: inPod });
    expect(plan.inherited?.sharedVolume).toEqual({ claim: 'data', subPath: 'p', readWriteOnce: true });
    expect(warnings).toEqual([expect.stringMatching(/claims are forbidden.*taken for ReadWriteOnce/)]);
  });

  test('a claim is looked up in the namespace of the Job; without one there the agent waits for it, and that is told', async () => {
    const status = { kind: 'Status', reason: 'NotFound', message: 'not found', code: 404 };
    ownPod(spec, { namespace: 'agents', status: 404, body: status });
    const { plan, warnings } = await planned({ env: inPod, config: { namespace: 'agents' } });
    expect(plan.inherited?.sharedVolume).toEqual({ claim: 'data', subPath: 'p', readWriteOnce: false });
    expect(warnings).toEqual([expect.stringMatching(/claim data .* is not in the namespace agents/)]);
  });

  test('a claim behind an API that fails ends the preparation', async () => {
    isVersion();
    ownPod(spec, {
      namespace: 'paperclip',
      status: 500,
      body: { kind: 'Status', message: 'etcd is away', code: 500 },
    });
    expect(await refused({ env: inPod })).toMatch(/etcd is away/);
  });
});
