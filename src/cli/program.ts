import { Command, CommanderError } from 'commander';
import { errorsText, noSuchError } from './errors.ts';
import type { Printer } from './print.ts';

export const exitCode = { done: 0, usage: 2 } as const;

/** Runs one command line (without `node` and the script) and says how the process should exit. */
export async function runCommandLine(argv: readonly string[], printer: Printer): Promise<number> {
  let code: number = exitCode.done;
  const program = new Command('claude-k8s')
    .description('Diagnostics for Claude Code agents that run as Kubernetes Jobs under Paperclip.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printer.out(text.trimEnd()),
      writeErr: (text) => printer.err(text.trimEnd()),
    })
    .addHelpText('after', '\nExit codes: 0 done, 2 the command line is wrong.');
  program
    .command('errors')
    .description('print the error codes a run can end with, or one code with its causes')
    .argument('[code]', 'an error code, such as claude_truncated')
    .option('--json', 'print JSON')
    .action((name: string | undefined, options: { json?: boolean }) => {
      const text = errorsText(name, options.json === true);
      if (text !== undefined) return printer.out(text);
      printer.err(noSuchError(name ?? ''));
      code = exitCode.usage;
    });
  if (argv.length === 0) {
    printer.err(program.helpInformation().trimEnd());
    return exitCode.usage;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  }
  return code;
}
