import { expect, test } from 'vitest';
import { exitCodesText } from '../../src/cli/exit-code.ts';
import { failureCodes } from '../../src/failure/table.ts';
import { command } from './command.ts';

const run = (...argv: string[]) => command(argv, { terminal: true });

test('errors prints a line for every code', async () => {
  const { code, out, err } = await run('errors');
  expect({ code, err, codes: out.split('\n').map((line) => line.split(' ')[0]) }).toEqual({
    code: 0,
    err: '',
    codes: failureCodes,
  });
});

test('errors --json is one JSON array with the causes', async () => {
  const rows = JSON.parse((await run('errors', '--json')).out);
  expect(rows.map((row: { code: string }) => row.code)).toEqual(failureCodes);
  expect(rows.find((row: { code: string }) => row.code === 'claude_truncated').causes).toContain('oom_killed');
});

test('one code is told with what each cause means', async () => {
  const { code, out } = await run('errors', 'claude_truncated');
  expect(code).toBe(0);
  expect(out).toMatch(/^claude_truncated: .+\n\n.+\nWhat to do: .+/);
  expect(out).toContain('oom_killed');
});

test.each([
  ['a code with a typo', ['errors', 'claude_truncted'], 'did you mean claude_truncated?'],
  ['a command with a typo', ['erors'], 'Did you mean errors?'],
  ['an option that does not exist', ['errors', '--jsn'], 'Did you mean --json?'],
  ['no command', [], 'Usage: claude-k8s'],
])('%s exits with 2 and says what was meant', async (_name, argv, text) => {
  const { code, out, err } = await run(...argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(text);
});

test.each([['explain'], ['bundle', 'verify'], ['replay'], ['errors'], ['dashboards'], ['run'], ['doctor']])(
  'an error of %s %s leads to its own help',
  async (...names) => {
    const { code, err } = await run(...names, '--nonsense');
    expect(code).toBe(2);
    expect(err).toContain(`(claude-k8s ${names.join(' ')} --help lists the flags)`);
  },
);

test.each([['run'], ['record'], ['doctor'], ['replay'], ['explain']])(
  '%s --help fits into a terminal of 80 columns',
  async (name) => {
    const { out } = await run(name, '--help');
    const options = out.slice(out.indexOf('\nOptions:'), out.lastIndexOf('\n\n'));
    expect(options.split('\n').filter((line) => line.startsWith('  ') && line.length > 80)).toEqual([]);
  },
);

test('a flag that leaves no room beside it is told of below it', async () => {
  const { out } = await run('run', '--help');
  expect(out).toMatch(/^ {2}--enable-rtk \[true\|false\]\n {6}Truncate .{50,68}\n {6}\S/m);
});

test('--help exits with 0 and documents the exit codes', async () => {
  const { code, out, err } = await run('--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(exitCodesText);
});
