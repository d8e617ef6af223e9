import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listSkills } from '../../src/host/skill-snapshot.ts';
import { createServerAdapter } from '../../src/index.ts';

const skills = [
  { key: 'paperclipai/paperclip/paperclip', runtimeName: 'paperclip', source: '/skills/paperclip' },
  {
    key: 'acme/tools/review',
    runtimeName: 'review',
    source: '/skills/review',
    versionId: 'v2',
    currentVersionId: 'v3',
  },
  { key: 'acme/tools/deploy', runtimeName: 'deploy', source: '/skills/deploy' },
  { key: 'acme/tools/gone', runtimeName: 'gone', source: '/skills/gone', sourceStatus: 'missing' },
];

const ctxOf = (desired: unknown[], config: object = {}) => ({
  agentId: 'agent-1',
  companyId: 'company-1',
  adapterType: 'claude_k8s',
  config: { paperclipRuntimeSkills: skills, paperclipSkillSync: { desiredSkills: desired }, ...config },
});

/** A Paperclip pod whose shared volume has skills that somebody put there by hand. */
function pod() {
  const sharedRoot = mkdtempSync(join(tmpdir(), 'volume-'));
  for (const name of ['mine', 'review']) mkdirSync(join(sharedRoot, '.claude', 'skills', name), { recursive: true });
  writeFileSync(join(sharedRoot, '.claude', 'skills', 'notes.txt'), '');
  return { sharedRoot, env: { CLAUDE_K8S_POD_NAMESPACE: 'agents', CLAUDE_K8S_POD_NAME: 'paperclip-0' } };
}

test('every skill is listed in its state, and what is chosen and not there is a warning', async () => {
  const { entries, ...snapshot } = await listSkills(ctxOf(['review', 'gone', 'never']), pod());
  expect(snapshot).toEqual({
    adapterType: 'claude_k8s',
    supported: true,
    mode: 'ephemeral',
    desiredSkills: ['paperclipai/paperclip/paperclip', 'acme/tools/review', 'acme/tools/gone', 'never'],
    desiredSkillEntries: [
      { key: 'paperclipai/paperclip/paperclip', versionId: null },
      { key: 'acme/tools/review', versionId: 'v2' },
      { key: 'acme/tools/gone', versionId: null },
      { key: 'never', versionId: null },
    ],
    warnings: [expect.stringContaining('skill acme/tools/gone'), expect.stringContaining('skill never')],
  });
  expect(entries.map(({ key, state, desired, managed }) => [key, state, desired, managed])).toEqual([
    ['acme/tools/deploy', 'available', false, true],
    ['acme/tools/gone', 'missing', true, true],
    ['acme/tools/review', 'configured', true, true],
    ['mine', 'external', false, false],
    ['never', 'missing', true, true],
    ['paperclipai/paperclip/paperclip', 'configured', true, true],
  ]);
  expect(entries[2]).toMatchObject({ versionId: 'v2', currentVersionId: 'v3', sourcePath: '/skills/review' });
});

test('an agent with a folder of its own does not see what others installed', async () => {
  const { entries } = await listSkills(ctxOf([], { claudeConfigDir: 'agent' }), pod());
  expect(entries.map(({ state }) => state)).not.toContain('external');
});

test('outside of a cluster no skill reaches an agent, and the list says so', async () => {
  expect((await listSkills(ctxOf([]), { env: {} })).warnings).toEqual([expect.stringContaining('no skill reaches')]);
});

test('a context of another shape is an empty list', async () => {
  expect(await listSkills(undefined, { env: {} })).toMatchObject({ desiredSkills: [], entries: [], warnings: [] });
});

test('to bring an agent in line with a new choice is to list it: the host has stored it before', async () => {
  const adapter = createServerAdapter();
  const ctx = ctxOf(['review']);
  expect(await adapter.syncSkills(ctx)).toEqual(await adapter.listSkills(ctx));
});
