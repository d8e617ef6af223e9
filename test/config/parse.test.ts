import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import type { AdapterConfig } from '../../src/manifest/config.ts';

function configOf(input: unknown): AdapterConfig {
  const parsed = parseConfig(input, { unknown: 'error' });
  if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
  return parsed.config;
}

function errorsOf(input: unknown): string[] {
  const parsed = parseConfig(input, { unknown: 'error' });
  return parsed.ok ? [] : parsed.errors;
}

const defaults: AdapterConfig = {
  model: undefined,
  effort: undefined,
  maxTurnsPerRun: 0,
  dangerouslySkipPermissions: true,
  instructionsFilePath: undefined,
  promptTemplate: undefined,
  bootstrapPromptTemplate: undefined,
  extraArgs: [],
  env: {},
  cwd: undefined,
  namespace: undefined,
  image: undefined,
  imagePullPolicy: 'IfNotPresent',
  kubeconfig: undefined,
  serviceAccountName: undefined,
  resources: { requests: { cpu: '1000m', memory: '2Gi' }, limits: { cpu: '4000m', memory: '8Gi' } },
  nodeSelector: {},
  tolerations: [],
  labels: {},
  ttlSecondsAfterFinished: 300,
  retainJobs: false,
  reattachOrphanedJobs: true,
  timeoutSec: 0,
  graceSec: 60,
  enableRtk: false,
  rtkMaxOutputBytes: 50_000,
  scheduleTimeoutSec: 120,
  logGraceSec: 30,
  exitAfterResultSec: 120,
  stallTimeoutSec: 0,
  continueAfterAdoption: false,
  claudeConfigDir: 'shared',
  podAnnotations: {},
  protectFromDisruption: true,
  priorityClassName: undefined,
  initImage: 'busybox:1.36',
  recordIncidents: 'failures',
  incidentDir: undefined,
  telemetry: { claudeCode: false },
};

describe('what is absent has its default', () => {
  test.each([
    ['an empty object', {}],
    ['nothing', undefined],
    ['null', null],
    ['empty texts and nulls', { model: '', namespace: '  ', timeoutSec: '', retainJobs: null, env: '', resources: '' }],
    ['empty nested objects', { resources: { requests: {}, limits: null }, telemetry: {} }],
  ])('%s', (_name, input) => {
    expect(configOf(input)).toEqual(defaults);
  });
});

describe('the same value in every form that it may come in', () => {
  test.each<[string, unknown, Partial<AdapterConfig>]>([
    ['a number as text', { timeoutSec: ' 90 ' }, { timeoutSec: 90 }],
    [
      'a boolean as text',
      { retainJobs: 'TRUE', reattachOrphanedJobs: 'false' },
      { retainJobs: true, reattachOrphanedJobs: false },
    ],
    ['a name with blanks around it', { namespace: ' agents ' }, { namespace: 'agents' }],
    [
      'an image with registry, port, tag and digest',
      { image: `r.example:5000/a/b-c:1.2_x@sha256:${'a'.repeat(64)}` },
      { image: `r.example:5000/a/b-c:1.2_x@sha256:${'a'.repeat(64)}` },
    ],
    [
      'env as an object with scalars',
      { env: { PORT: 80, ON: true, EMPTY: '', NONE: null } },
      { env: { PORT: '80', ON: 'true', EMPTY: '', NONE: '' } },
    ],
    ['env as JSON text', { env: '{"A":"x=y"}' }, { env: { A: 'x=y' } }],
    [
      'env as lines with comments',
      { env: 'A=x=y\r\n# note\n\nB = two words \n' },
      { env: { A: 'x=y', B: 'two words' } },
    ],
    ['env as a list, whose values are kept as they are', { env: ['A= x\ny '] }, { env: { A: ' x\ny ' } }],
    ['labels as lines', { labels: 'team=a\nexample.org/tier=b' }, { labels: { team: 'a', 'example.org/tier': 'b' } }],
    [
      'a node selector with an empty value',
      { nodeSelector: { 'node-role.kubernetes.io/agents': '' } },
      { nodeSelector: { 'node-role.kubernetes.io/agents': '' } },
    ],
    [
      'tolerations as JSON text',
      { tolerations: '[{"key":"gpu","operator":"Exists"}]' },
      { tolerations: [{ key: 'gpu', operator: 'Exists' }] },
    ],
    ['arguments as a list', { extraArgs: ['--verbose', 3] }, { extraArgs: ['--verbose', '3'] }],
    ['arguments as JSON text', { extraArgs: '["--a b"]' }, { extraArgs: ['--a b'] }],
    [
      'arguments as a shell would split them',
      { extraArgs: `--a 'b "c' "d \\"e\\" \\n" f\\ g ''` },
      { extraArgs: ['--a', 'b "c', 'd "e" \\n', 'f g', ''] },
    ],
    [
      'annotations',
      { podAnnotations: { 'example.org/why': 'any text at all' } },
      { podAnnotations: { 'example.org/why': 'any text at all' } },
    ],
    ['a template of several lines', { promptTemplate: ' a\nb ' }, { promptTemplate: ' a\nb ' }],
  ])('%s', (_name, input, expected) => {
    expect(configOf(input)).toEqual({ ...defaults, ...expected });
  });

  const resources = { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '4000m', memory: '1Gi' } };
  test.each<[string, unknown]>([
    [
      'flat dotted keys',
      { 'resources.requests.cpu': '2', 'resources.requests.memory': '1Gi', 'resources.limits.memory': '1Gi' },
    ],
    ['a nested object', { resources: { requests: { cpu: 2, memory: '1Gi' }, limits: { memory: '1Gi' } } }],
    ['a nested object as JSON text', { resources: '{"requests":{"cpu":2,"memory":"1Gi"},"limits":{"memory":"1Gi"}}' }],
    ['half flat', { 'resources.requests': { cpu: 2, memory: '1Gi' }, resources: { limits: { memory: '1Gi' } } }],
    [
      'both, where the flat key wins',
      { 'resources.requests.cpu': 2, resources: { requests: { cpu: 3, memory: '1Gi' }, limits: { memory: '1Gi' } } },
    ],
  ])('resources as %s', (_name, input) => {
    expect(configOf(input)).toEqual({ ...defaults, resources });
  });
});

describe('a reserved prefix is skipped with a warning', () => {
  test('labels and annotations', () => {
    const parsed = parseConfig(
      {
        labels: 'paperclip.io/run-id=x\nteam=a\napp.kubernetes.io/name=y',
        podAnnotations: { 'paperclip.io/holder': '{}' },
      },
      { unknown: 'error' },
    );
    expect({ ...parsed, warnings: parsed.ok ? parsed.warnings.toSorted() : [] }).toEqual({
      ok: true,
      config: { ...defaults, labels: { team: 'a' } },
      warnings: [
        'podAnnotations: paperclip.io/holder was skipped: the prefix paperclip.io/ is reserved',
        'labels: paperclip.io/run-id was skipped: the prefix paperclip.io/ is reserved',
        'labels: app.kubernetes.io/name was skipped: the prefix app.kubernetes.io/ is reserved',
      ].toSorted(),
    });
  });
});

describe('an unknown key', () => {
  const texts = [
    'unknown key "timeoutSecs"; did you mean timeoutSec?',
    'unknown key "resources.limits.gpu"; did you mean resources.limits.cpu?',
    'unknown key "somethingElseEntirely"',
  ];
  const input = { timeoutSecs: 1, resources: { limits: { gpu: 1 } }, somethingElseEntirely: 's3cret' };

  test('is an error with the nearest name', () => {
    expect(errorsOf(input).sort()).toEqual([...texts].sort());
  });

  test('is a warning where the host adds keys of its own', () => {
    const parsed = parseConfig(input, { unknown: 'warn' });
    expect(parsed.ok && parsed.warnings.sort()).toEqual([...texts].sort());
  });
});

test('every error of a configuration is told at once', () => {
  expect(errorsOf({ timeoutSec: -1, image: 'No Image', modle: 'x' })).toEqual([
    'unknown key "modle"; did you mean model?',
    'image: expected an image reference such as registry.example/team/claude:1.2, got the text "No Image"',
    'timeoutSec: expected a whole number from 0 to 2147483647, got the number -1',
  ]);
});
