import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';

/** Every key of the predecessor, in each form that it took, and what it means here: no agent is set up anew. */
const rows: [key: string, given: unknown, path: string, expected: unknown][] = [
  ['model', 'claude-sonnet-4-5', 'model', 'claude-sonnet-4-5'],
  ['model', '', 'model', undefined],
  ['effort', 'high', 'effort', 'high'],
  ['maxTurnsPerRun', 0, 'maxTurnsPerRun', 0],
  ['maxTurnsPerRun', '40', 'maxTurnsPerRun', 40],
  ['dangerouslySkipPermissions', false, 'dangerouslySkipPermissions', false],
  ['dangerouslySkipPermissions', 'true', 'dangerouslySkipPermissions', true],
  ['instructionsFilePath', '/paperclip/AGENTS.md', 'instructionsFilePath', '/paperclip/AGENTS.md'],
  ['promptTemplate', 'You are {{agent.name}}.\n', 'promptTemplate', 'You are {{agent.name}}.\n'],
  ['bootstrapPromptTemplate', 'Begin.', 'bootstrapPromptTemplate', 'Begin.'],
  ['extraArgs', ['--verbose'], 'extraArgs', ['--verbose']],
  ['extraArgs', '--add-dir "/a b"', 'extraArgs', ['--add-dir', '/a b']],
  ['env', { KEY: 'value' }, 'env', { KEY: 'value' }],
  ['env', '{"KEY":"value"}', 'env', { KEY: 'value' }],
  ['cwd', '/paperclip/work', 'cwd', '/paperclip/work'],
  ['namespace', 'agents', 'namespace', 'agents'],
  ['image', 'registry.example:5000/claude:2', 'image', 'registry.example:5000/claude:2'],
  ['imagePullPolicy', 'Always', 'imagePullPolicy', 'Always'],
  ['kubeconfig', '/etc/kube/config', 'kubeconfig', '/etc/kube/config'],
  ['serviceAccountName', 'agent', 'serviceAccountName', 'agent'],
  ['resources.requests.cpu', '500m', 'resources.requests.cpu', '500m'],
  ['resources.requests.memory', '1Gi', 'resources.requests.memory', '1Gi'],
  ['resources.limits.cpu', '2', 'resources.limits.cpu', '2'],
  ['resources.limits.memory', '16Gi', 'resources.limits.memory', '16Gi'],
  ['resources', { requests: { cpu: '250m' }, limits: { memory: '4Gi' } }, 'resources.requests.cpu', '250m'],
  ['resources', { requests: { cpu: '250m' }, limits: { memory: '4Gi' } }, 'resources.limits.memory', '4Gi'],
  ['nodeSelector', { pool: 'agents' }, 'nodeSelector', { pool: 'agents' }],
  ['nodeSelector', 'pool=agents', 'nodeSelector', { pool: 'agents' }],
  ['tolerations', [{ key: 'spot', operator: 'Exists' }], 'tolerations', [{ key: 'spot', operator: 'Exists' }]],
  ['tolerations', '[{"key":"spot","operator":"Exists"}]', 'tolerations', [{ key: 'spot', operator: 'Exists' }]],
  ['labels', { team: 'a' }, 'labels', { team: 'a' }],
  ['labels', '{"team":"a"}', 'labels', { team: 'a' }],
  ['labels', 'team=a\ncost=b', 'labels', { team: 'a', cost: 'b' }],
  ['ttlSecondsAfterFinished', 3600, 'ttlSecondsAfterFinished', 3600],
  ['retainJobs', true, 'retainJobs', true],
  ['reattachOrphanedJobs', false, 'reattachOrphanedJobs', false],
  ['timeoutSec', 1800, 'timeoutSec', 1800],
  ['graceSec', '30', 'graceSec', 30],
  ['enableRtk', true, 'enableRtk', true],
  ['rtkMaxOutputBytes', 10_000, 'rtkMaxOutputBytes', 10_000],
];

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inside, name) => Object(inside)[name], value);

describe('a configuration of the predecessor', () => {
  test.each(rows)('%s: %j', (key, given, path, expected) => {
    const parsed = parseConfig({ [key]: given }, { unknown: 'error' });
    expect(parsed).toMatchObject({ ok: true, warnings: [] });
    expect(at(Object(parsed).config, path)).toEqual(expected);
  });

  test('left as it was has the defaults that it had', () => {
    expect(parseConfig({}, { unknown: 'error' })).toMatchObject({
      config: {
        maxTurnsPerRun: 0,
        dangerouslySkipPermissions: true,
        imagePullPolicy: 'IfNotPresent',
        resources: { requests: { cpu: '1000m', memory: '2Gi' }, limits: { cpu: '4000m', memory: '8Gi' } },
        ttlSecondsAfterFinished: 300,
        retainJobs: false,
        reattachOrphanedJobs: true,
        timeoutSec: 0,
        graceSec: 60,
        enableRtk: false,
        rtkMaxOutputBytes: 50_000,
      },
    });
  });
});
