import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsIn } from '../claude/event.ts';
import { selfPod } from '../kubernetes/self-pod.ts';
import { adapterType } from '../manifest/labels.ts';
import { place } from '../manifest/place.ts';
import { desiredSkills, type Skill, skillsIn, skillWarnings } from './skills.ts';
import { word } from './word.ts';

/** The host's shape of one line in its list of an agent's skills. */
export interface SkillEntry {
  key: string;
  runtimeName: string | null;
  versionId?: string | null;
  currentVersionId?: string | null;
  desired: boolean;
  managed: boolean;
  state: 'available' | 'configured' | 'missing' | 'external';
  origin: 'company_managed' | 'user_installed' | 'external_unknown';
  originLabel: string;
  locationLabel?: string;
  readOnly: boolean;
  sourcePath: string | null;
  targetPath: string | null;
  detail: string | null;
}

/** The host's shape of an agent's skills. `ephemeral`: nothing is installed, each run is given what is chosen. */
export interface SkillSnapshot {
  adapterType: string;
  supported: true;
  mode: 'ephemeral';
  desiredSkills: string[];
  desiredSkillEntries: { key: string; versionId: string | null }[];
  entries: SkillEntry[];
  warnings: string[];
}

const given = 'The next run is given it, as a copy on the shared volume.';
const notShared =
  'Paperclip does not run in a pod of the cluster: there is no volume that agents share with it, and no skill reaches them.';
const unknown = 'It is chosen for this agent, but Paperclip does not have it.';

export interface Here {
  env?: NodeJS.ProcessEnv;
  /** Where the shared volume is mounted. */
  sharedRoot?: string;
}

/**
 * What this agent is given, what there is besides, and what is chosen and not there. To bring it in line with a new
 * choice is the same: the host has stored the choice before, and the next run is given it.
 */
export async function listSkills(
  ctx: unknown,
  { env = process.env, sharedRoot = place.home }: Here = {},
): Promise<SkillSnapshot> {
  const { config } = fieldsIn(ctx);
  const skills = skillsIn(config);
  const desired = desiredSkills(config, skills);
  const inPod = selfPod(env) !== undefined;
  const lost = desired.filter((key) => !skills.some((skill) => skill.key === key));
  const managed = skills.map((skill) => managedEntry(skill, desired.includes(skill.key)));
  const own = inPod ? await installed(config, sharedRoot) : [];
  const entries = [
    ...managed,
    ...lost.map(lostEntry),
    ...own.filter(({ key }) => !skills.some(({ name }) => name === key)),
  ];
  return {
    adapterType,
    supported: true,
    mode: 'ephemeral',
    desiredSkills: desired,
    desiredSkillEntries: desired.map((key) => ({
      key,
      versionId: skills.find((skill) => skill.key === key)?.versionId ?? null,
    })),
    entries: entries.toSorted((one, other) => one.key.localeCompare(other.key)),
    warnings: [...skillWarnings(config), ...(inPod || desired.length === 0 ? [] : [notShared])],
  };
}

function managedEntry(
  { key, name, source, versionId, currentVersionId, missing }: Skill,
  desired: boolean,
): SkillEntry {
  const there = missing === undefined;
  return {
    key,
    runtimeName: name,
    versionId,
    currentVersionId,
    desired,
    managed: true,
    state: there ? (desired ? 'configured' : 'available') : 'missing',
    origin: 'company_managed',
    originLabel: 'Managed by Paperclip',
    readOnly: false,
    sourcePath: there ? source : null,
    targetPath: null,
    detail: missing ?? (desired ? given : null),
  };
}

function lostEntry(key: string): SkillEntry {
  return {
    key,
    runtimeName: null,
    desired: true,
    managed: true,
    state: 'missing',
    origin: 'external_unknown',
    originLabel: 'External or unavailable',
    readOnly: false,
    sourcePath: null,
    targetPath: null,
    detail: unknown,
  };
}

/** What lies in Claude's own folder of the shared volume is in every agent's reach, whatever Paperclip says. */
async function installed(config: unknown, home: string): Promise<SkillEntry[]> {
  const own = fieldsIn(fieldsIn(config).env);
  const claude = word(own.CLAUDE_CONFIG_DIR) ?? join(word(own.HOME) ?? home, '.claude');
  // An agent with a folder of its own does not see the common one.
  if (fieldsIn(config).claudeConfigDir === 'agent' || !claude.startsWith(`${home}/`)) return [];
  const folder = join(claude, 'skills');
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => ({
      key: name,
      runtimeName: name,
      desired: false,
      managed: false,
      state: 'external',
      origin: 'user_installed',
      originLabel: 'User-installed',
      locationLabel: folder,
      readOnly: true,
      sourcePath: null,
      targetPath: join(folder, name),
      detail: 'Installed outside of Paperclip.',
    }));
}
