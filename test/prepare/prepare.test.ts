import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import nock from 'nock';
import { describe, expect, test } from 'vitest';
import { buildJob } from '../../src/manifest/job.ts';
import { truncationSettings } from '../../src/prepare/rtk.ts';
import { at } from '../manifest/plan.ts';
import { type Case, folder, inPod, isVersion, ownPod, planned, refused, server } from './preparing.ts';

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
