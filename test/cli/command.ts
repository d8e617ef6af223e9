import { runCommandLine } from '../../src/cli/program.ts';

/** Runs a command line in this process and keeps what it prints. */
export async function command(argv: readonly string[], { input = '', terminal = false } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(argv, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    raw: (text) => void out.push(text.replace(/\n$/, '')),
    status: () => undefined,
    input: async () => input,
    inputIsTerminal: terminal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
