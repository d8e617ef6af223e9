import { fieldsIn, listIn } from '../claude/event.ts';
import { instructionsFolder, type Tree } from '../prepare/bundle.ts';
import { word } from './word.ts';

/** A skill that the host has for this company. */
export interface Skill {
  key: string;
  /** The folder it lies in for Claude. */
  name: string;
  source: string;
  versionId: string | null;
  currentVersionId: string | null;
  /** Why its files are not there; undefined when they are. */
  missing: string | undefined;
}

/** Without it an agent can not speak to Paperclip: every agent has it, whatever is chosen. */
const operationalKey = 'paperclipai/paperclip/paperclip';

const noFiles = 'Paperclip names this skill, but its files are not there.';

/** Under this folder of a directory given with --add-dir Claude Code finds skills. */
const skillsFolder = ['.claude', 'skills'] as const;

/** What the host has, entry by entry; those that can't be read are left out. */
export function skillsIn(config: unknown): Skill[] {
  return listIn(fieldsIn(config).paperclipRuntimeSkills).flatMap((raw) => {
    const entry = fieldsIn(raw);
    const key = word(entry.key) ?? word(entry.name);
    const name = word(entry.runtimeName) ?? word(entry.name);
    const source = word(entry.source);
    if (key === undefined || name === undefined || source === undefined) return [];
    const [versionId = null, currentVersionId = null] = [word(entry.versionId), word(entry.currentVersionId)];
    const missing = entry.sourceStatus === 'missing' ? (word(entry.missingDetail) ?? noFiles) : undefined;
    return [{ key, name, source, versionId, currentVersionId, missing }];
  });
}

/** Keys of the skills that this agent is to have, each once. One that the host does not have stays as it was written. */
export function desiredSkills(config: unknown, skills: readonly Skill[]): string[] {
  const chosen = listIn(fieldsIn(fieldsIn(config).paperclipSkillSync).desiredSkills);
  const keys = chosen.flatMap((raw) => {
    const reference = word(raw) ?? word(fieldsIn(raw).key);
    return reference === undefined ? [] : [keyOf(reference, skills)];
  });
  const operational = skills.filter(({ key }) => same(key, operationalKey)).map(({ key }) => key);
  return [...new Set([...operational.slice(0, 1), ...keys])];
}

/** A skill is named by its key, by its folder or by the last part of its key; the short names only where they are of one skill. */
function keyOf(reference: string, skills: readonly Skill[]): string {
  const exact = skills.find(({ key }) => same(key, reference));
  const named = skills.filter(({ name }) => same(name, reference));
  const ending = skills.filter(({ key }) => same(key.split('/').at(-1) ?? key, reference));
  const found = exact ?? only(named) ?? only(ending);
  return found?.key ?? reference.toLowerCase();
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

/** The skills that the agent is to have and the folder of its instructions. */
export function treesOf(config: unknown): Tree[] {
  const skills = skillsIn(config);
  const desired = desiredSkills(config, skills);
  const trees = skills
    .filter(({ key, missing }) => missing === undefined && desired.includes(key))
    .map(({ source, name }) => ({ from: source, to: [...skillsFolder, name] }));
  const root = word(fieldsIn(config).instructionsRootPath);
  return root === undefined ? trees : [...trees, { from: root, to: [instructionsFolder] }];
}

/** One line for each skill that the agent is to have and that is not there. */
export function skillWarnings(config: unknown): string[] {
  const skills = skillsIn(config);
  return desiredSkills(config, skills).flatMap((key) => {
    const skill = skills.find((one) => one.key === key);
    if (skill === undefined) return [`skill ${key} is chosen for this agent, but Paperclip does not have it`];
    return skill.missing === undefined ? [] : [`skill ${key}: ${skill.missing}`];
  });
}
