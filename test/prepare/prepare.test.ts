import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { systemClock } from '../../src/engine/clock.ts';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { buildJob } from '../../src/manifest/job.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import { type PrepareInput, prepareRun, type RunInput } from '../../src/prepare/prepare.ts';
import { truncationSettings } from '../../src/prepare/rtk.ts';
import { at, holder } from '../manifest/plan.ts';

const server = 'http://api.test:8080';
const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
let cluster: Cluster;

beforeAll(() => {
  nock.disableNetConnect();
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: true }, { name: 'u' });
  cluster = createCluster({ config, clock: systemClock });
});
afterEach(() => {
  const unasked = nock.pendingMocks();
  nock.cleanAll();
  expect(unasked).toEqual([]);
});
afterAll(async () => {
  await cluster.close();
  nock.enableNetConnect();
  rmSync(folder, { recursive: true });
});

const inPod = { CLAUDE_K8S_POD_NAME: 'paperclip-0', CLAUDE_K8S_POD_NAMESPACE: 'paperclip' };

function isVersion(minor = '34'): void {
  nock(server)
    .get('/version')
    .reply(200, { major: '1', minor, gitVersion: `v1.${minor}.0` });
}

/** Our own pod and the claim that it mounts. */
function ownPod(spec: Record<string, unknown>, claim?: { namespace: string; status: number; body: object }): void {
  nock(server)
    .get('/api/v1/namespaces/paperclip/pods/paperclip-0')
    .reply(200, { metadata: { name: 'paperclip-0' }, spec: { nodeName: 'node-a', ...spec } });
  if (claim === undefined) return;
  nock(server).get(`/api/v1/namespaces/${claim.namespace}/persistentvolumeclaims/data`).reply(claim.status, claim.body);
}

interface Case {
  config?: Record<string, unknown>;
  run?: Partial<RunInput>;
  env?: NodeJS.ProcessEnv;
  over?: Partial<PrepareInput>;
}

async function prepare({ config = {}, run = {}, env = {}, over = {} }: Case = {}) {
  const parsed = parseConfig({ image: 'agent:1', ...config }, { unknown: 'error' });
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  return prepareRun({
    run: {
      runId: 'run-1',
      agentId: 'scout',
      agentName: undefined,
      companyId: undefined,
      taskId: undefined,
      sessionId: undefined,
      prompt: 'do it',
      config: parsed.config,
      env: {},
      secretEnv: {},
      traceparent: undefined,
      start: { as: 'new' },
      ...run,
    },
    cluster,
    holder,
    defaultNamespace: 'default-ns',
    env,
    ...over,
  });
}

async function planned(input: Case = {}): Promise<{ plan: RunPlan; warnings: readonly string[] }> {
  isVersion();
  const prepared = await prepare(input);
  if (!prepared.ok) throw new Error(prepared.error);
  return prepared;
}

async function refused(input: Case): Promise<string> {
  const prepared = await prepare(input);
  if (prepared.ok) throw new Error('not refused');
  return prepared.error;
}

describe('refused before the cluster is asked', () => {
  const nul = 'a\0b';
  test.each<[string, Case, RegExp]>([
    ['a run id that is no label', { run: { runId: 'a b' } }, /^run id: "a b" is not/],
    ['an empty prompt', { run: { prompt: ' \n' } }, /^prompt: it is empty/],
    ['NUL in the prompt', { run: { prompt: nul } }, /^prompt: it holds a NUL/],
    ['NUL in a variable of the run', { run: { env: { A: nul } } }, /^A: its value holds a NUL/],
    ['NUL in a token', { run: { secretEnv: { TOKEN: nul } } }, /^TOKEN: its value holds a NUL/],
    [
      'a variable that Linux refuses',
      { config: { env: { BIG: 'é'.repeat(61_441) } } },
      /^env\.BIG: its value has 122882 bytes; a variable of the agent's environment holds at most 122880$/,
    ],
  ])('%s', async (_what, input, error) => {
    expect(await refused(input)).toMatch(error);
  });
});

describe('refused by what the cluster says', () => {
  test('a Kubernetes older than 1.27', async () => {
    isVersion('26+');
    expect(await refused({})).toBe(`Kubernetes v1.26+.0 at ${server} is too old: 1.27 or newer is needed`);
  });

  test('an API that does not know us', async () => {
    nock(server).get('/version').reply(401, { kind: 'Status', status: 'Failure', message: 'Unauthorized', code: 401 });
    expect(await refused({})).toMatch(/can not be used \(.*Unauthorized.*\); the credentials/);
  });

  test('no image and no pod to take it from', async () => {
    isVersion();
    expect(await refused({ config: { image: '' } })).toMatch(/^image: not set, and there is no pod of our own/);
  });

  test('our own pod that can not be read', async () => {
    isVersion();
    nock(server)
      .get('/api/v1/namespaces/paperclip/pods/paperclip-0')
      .reply(403, { kind: 'Status', status: 'Failure', reason: 'Forbidden', message: 'pods is forbidden', code: 403 });
    expect(await refused({ env: inPod })).toMatch(
      /^our own pod paperclip\/paperclip-0 can not be read .*allowed to get/,
    );
  });

  test('a prompt that fits nowhere', async () => {
    isVersion();
    expect(await refused({ run: { prompt: 'x'.repeat(1_048_577) } })).toMatch(/at most 1048576 bytes fit/);
  });
});

test('outside a cluster nothing is inherited, and the namespace is the default one', async () => {
  const { plan, warnings } = await planned();
  expect(plan).toMatchObject({ image: 'agent:1', inherited: undefined, settings: undefined, addDirs: [] });
  expect(plan.request).toMatchObject({ namespace: 'default-ns', agentLabel: 'scout', needsSecret: false });
  expect(warnings).toEqual([]);
});

describe('a Secret is needed', () => {
  test('for a long prompt and for tokens', async () => {
    expect((await planned({ run: { prompt: 'x'.repeat(98_305) } })).plan.request.needsSecret).toBe(true);
    expect((await planned({ run: { secretEnv: { T: 't' } } })).plan.request.needsSecret).toBe(true);
  });
});

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

describe('the instructions', () => {
  test('are read from their file', async () => {
    const path = join(folder, 'AGENTS.md');
    writeFileSync(path, 'be brief');
    expect((await planned({ config: { instructionsFilePath: path } })).plan.instructions).toBe('be brief');
  });

  test('that can not be read, or hold a NUL, are a warning', async () => {
    const missing = join(folder, 'missing.md');
    const binary = join(folder, 'binary.md');
    writeFileSync(binary, 'a\0b');
    for (const [path, why] of [
      [missing, 'can not be read (ENOENT)'],
      [binary, 'holds a NUL character'],
    ]) {
      const { plan, warnings } = await planned({ config: { instructionsFilePath: path } });
      expect(plan.instructions).toBeUndefined();
      expect(warnings).toEqual([`instructionsFilePath: ${path} ${why}; the run goes on without instructions`]);
    }
  });
});

describe('the exporter of the server', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer s3cret',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_SERVICE_NAME: 'paperclip',
    OTEL_RESOURCE_ATTRIBUTES: 'a=b',
    OTHER: 'x',
  };

  test('is told to the agent when asked for, its headers by Secret, without the name of the server', async () => {
    const { plan } = await planned({ config: { 'telemetry.claudeCode': true }, env });
    expect(plan.env).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'otlp' });
    expect(plan.secretEnv).toEqual({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer s3cret' });
    expect(plan.request.needsSecret).toBe(true);
    expect(JSON.stringify(buildJob({ plan, suspended: true, at }))).not.toContain('s3cret');
  });

  test('is not told otherwise', async () => {
    const { plan } = await planned({ env });
    expect([plan.env, plan.secretEnv]).toEqual([{}, {}]);
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'otlp'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'otlp'],
    ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', undefined],
  ])('%s alone says by which exporter spans go: Claude Code has no default', async (name, exporter) => {
    const { plan } = await planned({ config: { 'telemetry.claudeCode': true }, env: { [name]: 'http://collector' } });
    expect(plan.env.OTEL_TRACES_EXPORTER).toBe(exporter);
  });

  test.each(['http://localhost:4318', 'http://127.0.0.1:4318', 'http://[::1]:4318'])(
    '%s, that no pod reaches, is warned of',
    async (url) => {
      const config = { 'telemetry.claudeCode': true };
      const { warnings } = await planned({ config, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
      expect(warnings).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT: .* is this machine alone/)]);
    },
  );
});

describe('truncation of tool output', () => {
  test('is a setting of Claude Code', async () => {
    const { plan } = await planned({ config: { enableRtk: true, rtkMaxOutputBytes: 1234 } });
    expect(plan.settings).toBe(truncationSettings(1234));
  });

  test('says so when other settings take its place', async () => {
    const config = { enableRtk: true, extraArgs: ['--settings', 'x.json'] };
    expect((await planned({ config })).warnings).toEqual([expect.stringMatching(/^extraArgs: --settings/)]);
    expect((await planned({ config: { ...config, enableRtk: false } })).warnings).toEqual([]);
  });
});

describe('skills', () => {
  const trees = [
    { from: join(folder, 'skill'), to: ['.claude', 'skills', 'review'] },
    { from: join(folder, 'skill'), to: ['instructions'] },
  ];
  const given = () => {
    mkdirSync(join(folder, 'skill'), { recursive: true });
    writeFileSync(join(folder, 'skill', 'SKILL.md'), 'how to');
    return { trees };
  };

  test('that no shared volume carries are told', async () => {
    const { plan, warnings } = await planned({ run: given() });
    expect(plan.addDirs).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/skills of the agent can not reach it/)]);
  });

  test('are staged on the shared volume, and the instructions say where their files lie', async () => {
    const volumeMounts = [{ name: 'home', mountPath: '/paperclip' }];
    const volumes = [{ name: 'home', persistentVolumeClaim: { claimName: 'data' } }];
    const body = { spec: { accessModes: ['ReadWriteMany'] } };
    ownPod(
      { volumes, containers: [{ name: 'paperclip', volumeMounts }] },
      { namespace: 'paperclip', status: 200, body },
    );
    const instructionsFilePath = join(folder, 'AGENTS.md');
    writeFileSync(instructionsFilePath, 'be brief');
    const { plan } = await planned({
      env: inPod,
      config: { instructionsFilePath },
      run: given(),
      over: { sharedRoot: folder },
    });
    const [directory = ''] = plan.addDirs;
    expect(directory.startsWith(join(folder, '.claude-k8s', 'bundles'))).toBe(true);
    expect(readFileSync(join(directory, '.claude/skills/review/SKILL.md'), 'utf8')).toBe('how to');
    expect(plan.instructions).toBe(`be brief\n\nRelative paths above start at ${directory}/instructions.`);
  });
});
