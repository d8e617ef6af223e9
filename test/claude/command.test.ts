import { expect, test } from 'vitest';
import { type CommandInput, claudeArguments } from '../../src/claude/command.ts';

function args(config: Partial<CommandInput['config']> = {}, over: Partial<CommandInput> = {}): string[] {
  return claudeArguments({
    config: {
      model: undefined,
      effort: undefined,
      maxTurnsPerRun: 0,
      dangerouslySkipPermissions: false,
      extraArgs: [],
      ...config,
    },
    sessionId: undefined,
    instructionsFile: undefined,
    settings: undefined,
    ...over,
  });
}

const always = ['--print', '-', '--output-format', 'stream-json', '--verbose'];

test('nothing that is not asked for', () => {
  expect(args()).toEqual(always);
});

test('everything that is asked for, with extra arguments last', () => {
  const config = {
    model: 'opus',
    effort: 'high',
    maxTurnsPerRun: 3,
    dangerouslySkipPermissions: true,
    extraArgs: ['--model', 'sonnet', 'a b'],
  };
  const over = { instructionsFile: '/run/i', settings: '{"a":1}', addDirs: ['/paperclip/skills/x', '/data'] };
  expect(args(config, over)).toEqual([
    ...always,
    '--dangerously-skip-permissions',
    ...['--model', 'opus', '--effort', 'high', '--max-turns', '3'],
    ...['--append-system-prompt-file', '/run/i'],
    ...['--add-dir', '/paperclip/skills/x', '--add-dir', '/data', '--settings', '{"a":1}'],
    ...['--model', 'sonnet', 'a b'],
  ]);
});

test('a resumed session has its instructions already', () => {
  expect(args({}, { sessionId: 's-1', instructionsFile: '/run/i' })).toEqual([...always, '--resume', 's-1']);
});
