import { describe, expect, test } from 'vitest';
import { desiredSkills, skillsIn, skillWarnings, treesOf } from '../../src/host/skills.ts';

const skill = (key: string, over: Record<string, unknown> = {}) => ({
  key,
  runtimeName: key.split('/').at(-1),
  source: `/skills/${key}`,
  ...over,
});

const operational = skill('paperclipai/paperclip/paperclip');
const review = skill('acme/tools/review');
const deploy = skill('acme/tools/deploy', { runtimeName: 'deploy--1a2b' });
const gone = skill('acme/tools/gone', { sourceStatus: 'missing', missingDetail: 'Deleted on Monday.' });
const all = [operational, review, deploy, gone];

const configOf = (desired?: unknown, skills: unknown = all) => ({
  paperclipRuntimeSkills: skills,
  ...(desired === undefined ? {} : { paperclipSkillSync: { desiredSkills: desired } }),
});

const wanted = (desired?: unknown, skills: unknown = all) => {
  const config = configOf(desired, skills);
  return desiredSkills(config, skillsIn(config));
};

describe('an agent is to have', () => {
  const own = operational.key;
  const cases: [string, unknown, string[]][] = [
    ['nothing but the skill that speaks to Paperclip when nothing is chosen', undefined, [own]],
    ['that one with an empty choice too', [], [own]],
    ['a key', [review.key], [own, review.key]],
    ['an entry with a version', [{ key: review.key, versionId: 'v2' }], [own, review.key]],
    ['a key in other letters', ['ACME/Tools/Review '], [own, review.key]],
    ['the name of its folder', ['Deploy--1A2B'], [own, deploy.key]],
    ['the last part of its key', ['deploy'], [own, deploy.key]],
    ['each once', [review.key, 'review', own, 'paperclip'], [own, review.key]],
    ['what is not there as it was written, in small letters', ['Acme/Other'], [own, 'acme/other']],
    ['nothing for what is no reference', [7, null, '', {}, { key: ' ' }], [own]],
    ['nothing for a choice that is no list', 'review', [own]],
  ];
  test.each(cases)('%s', (_what, desired, expected) => {
    expect(wanted(desired)).toEqual(expected);
  });

  test('a short name of two skills is of none', () => {
    const twins = [review, skill('other/tools/review', { runtimeName: 'review' })];
    expect(wanted(['review'], twins)).toEqual(['review']);
    expect(wanted(['other/tools/review'], twins)).toEqual(['other/tools/review']);
  });

  test('no operational skill from a host that has none', () => {
    expect(wanted(undefined, [review])).toEqual([]);
  });
});

test('only what is wanted and there goes to the agent, with the folder of its instructions', () => {
  expect(treesOf({ ...configOf(['deploy', 'gone']), instructionsRootPath: '/agents/1' })).toEqual([
    { from: operational.source, to: ['.claude', 'skills', 'paperclip'] },
    { from: deploy.source, to: ['.claude', 'skills', 'deploy--1a2b'] },
    { from: '/agents/1', to: ['instructions'] },
  ]);
  expect(treesOf(undefined)).toEqual([]);
});

test('an entry that can not be read is left out', () => {
  const broken = [{ key: 'broken' }, null, 'text', { name: 'plain', source: '/skills/plain' }];
  expect(skillsIn(configOf([], broken)).map(({ key, name }) => [key, name])).toEqual([['plain', 'plain']]);
});

test('what is wanted and not there is said', () => {
  expect(skillWarnings(configOf([review.key, 'gone', 'never']))).toEqual([
    'skill acme/tools/gone: Deleted on Monday.',
    'skill never is chosen for this agent, but Paperclip does not have it',
  ]);
});
