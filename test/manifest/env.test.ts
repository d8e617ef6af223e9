import { describe, expect, test } from 'vitest';
import { agentEnv } from '../../src/manifest/env.ts';
import { blankedNames } from '../../src/manifest/host-only.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import { inherited, plan, request } from './plan.ts';

function env(made: RunPlan): Record<string, unknown> {
  const list = agentEnv(made, 'the-secret');
  expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
  return Object.fromEntries(list.map(({ name, value, valueFrom }) => [name, valueFrom ?? value]));
}

const serverOnly = [
  'PAPERCLIP_AGENT_JWT_SECRET',
  'BETTER_AUTH_SECRET',
  'DATABASE_URL',
  'NODE_OPTIONS',
  'PORT',
  'HOST',
  'CLAUDE_K8S_METRICS_TOKEN',
  'CLAUDE_K8S_ANYTHING',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_ANYTHING',
];
const pathsOfTheServer = [
  'TMPDIR',
  'TMP',
  'TEMP',
  'GH_CONFIG_DIR',
  'PAPERCLIP_TMPDIR',
  'PAPERCLIP_SCRATCH_DIR',
  'PAPERCLIP_RUN_SCRATCH_DIR',
  'PAPERCLIP_GITHUB_HOST_HOME',
  'PAPERCLIP_RUNNER_NETWORK_ROOTS',
];

test('inherited < of this run < tokens of this run < of the configuration, each name once', () => {
  const made = plan(
    { env: { D: 'config', HOME: '/elsewhere', TOKEN2: 'config' } },
    {
      inherited: inherited({
        env: ['A', 'B', 'C', 'D', 'TOKEN', 'HOME'].map((name) => ({ name, value: 'pod' })),
      }),
      env: { B: 'run', C: 'run', D: 'run' },
      secretEnv: { C: 's3cret', TOKEN: 's3cret', TOKEN2: 's3cret' },
    },
  );
  const bySecret = (name: string) => ({ secretKeyRef: { name: 'the-secret', key: `env.${name}` } });
  expect(env(made)).toEqual({
    A: 'pod',
    B: 'run',
    C: bySecret('C'),
    D: 'config',
    TOKEN: bySecret('TOKEN'),
    TOKEN2: 'config',
    HOME: '/elsewhere',
  });
});

test('the home is the shared volume, whatever our own pod says', () => {
  expect(env(plan({}, { inherited: inherited({ env: [{ name: 'HOME', value: '/root' }] }) }))).toEqual({
    HOME: '/paperclip',
  });
});

test('what is inherited keeps its references and its order; what is ours is escaped', () => {
  const made = plan(
    { env: { OURS: '$(A) $$' } },
    {
      inherited: inherited({
        env: [
          { name: 'A', value: 'a' },
          { name: 'B', value: '$(A)b' },
          { name: 'C', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
        ],
      }),
      env: { A: '$(B)' },
    },
  );
  expect(agentEnv(made, 's')).toEqual([
    { name: 'A', value: '$$(B)' },
    { name: 'B', value: '$(A)b' },
    { name: 'C', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
    { name: 'HOME', value: '/paperclip' },
    { name: 'OURS', value: '$$(A) $$$$' },
  ]);
});

describe('never inherited', () => {
  test.each([...serverOnly, ...pathsOfTheServer])('%s', (name) => {
    expect(env(plan({}, { inherited: inherited({ env: [{ name, value: 'x' }] }) }))).toEqual({ HOME: '/paperclip' });
    // The configuration may still set it.
    expect(env(plan({ env: { [name]: 'mine' } }))).toMatchObject({ [name]: 'mine' });
  });

  test.each(['PAPERCLIP_API_URL', 'MY_PORT', 'HOSTNAME', 'TMPDIR_X', 'GITHUB_TOKEN'])('%s is', (name) => {
    expect(env(plan({}, { inherited: inherited({ env: [{ name, value: 'x' }] }) }))).toMatchObject({ [name]: 'x' });
  });
});

describe('with envFrom', () => {
  const envFrom = [{ secretRef: { name: 'all-of-paperclip' } }];

  test('what only the server may see is blank, before anything can refer to it', () => {
    const made = plan({}, { inherited: inherited({ envFrom, env: [{ name: 'URL', value: '$(DATABASE_URL)' }] }) });
    const names = agentEnv(made, 's').map(({ name }) => name);
    const known = serverOnly.filter((name) => !name.endsWith('ANYTHING'));
    for (const name of known) {
      expect(env(made)).toMatchObject({ [name]: '' });
      expect(names.indexOf(name)).toBeLessThan(names.indexOf('URL'));
    }
  });

  test('what is set on purpose is not blank', () => {
    const made = plan({ env: { PORT: '80' } }, { inherited: inherited({ envFrom }), env: { OTEL_LOG_LEVEL: 'debug' } });
    expect(env(made)).toMatchObject({ PORT: '80', OTEL_LOG_LEVEL: 'debug' });
  });

  test('without it nothing is blank', () => {
    expect(Object.keys(env(plan({}, { inherited: inherited() })))).toEqual(['HOME']);
  });

  test('every blanked name is an environment variable', () => {
    for (const name of blankedNames) expect(name).toMatch(/^[A-Z][A-Z0-9_]*[A-Z0-9]$/);
    expect(new Set(blankedNames).size).toBe(blankedNames.length);
  });
});

describe("Claude's own directory", () => {
  test('is one for each agent when asked for', () => {
    expect(env(plan({ claudeConfigDir: 'agent' }))).toMatchObject({
      CLAUDE_CONFIG_DIR: '/paperclip/.claude-agents/Scout-7',
    });
    expect(env(plan({ claudeConfigDir: 'shared' }))).not.toHaveProperty('CLAUDE_CONFIG_DIR');
  });
});

describe('the trace', () => {
  const traced = { request: request({ traceparent: '00-1-2-01' }) };

  test('reaches Claude Code when asked for', () => {
    expect(env(plan({ 'telemetry.claudeCode': true }, traced))).toMatchObject({
      TRACEPARENT: '00-1-2-01',
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
    });
  });

  test('does not when not', () => {
    expect(Object.keys(env(plan({}, traced)))).toEqual(['HOME']);
    expect(Object.keys(env(plan({ 'telemetry.claudeCode': true })))).toEqual(['HOME']);
  });
});
