import type { Command } from 'commander';
import { visible } from '../explain/visible.ts';
import type { Verified } from '../record/verify.ts';
import { exitCode } from './exit-code.ts';
import type { Printer } from './print.ts';
import { type Unreadable, verifyAll } from './verify-all.ts';

/** `claude-k8s bundle verify`: before a bundle is given away. */
export function addBundle(program: Command, printer: Printer, end: (code: number) => void): void {
  const bundle = program.command('bundle').description('work with recorded incidents');
  bundle
    .command('verify')
    .description('look for what looks like a secret in incident bundles')
    .showHelpAfterError('(claude-k8s bundle verify --help lists the flags)')
    .argument('<bundle...>', 'files named *.ndjson.zst, or folders of them')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEvery bundle is told of. Exits with 0 when nothing was found, 1 when something was, 2 when one can not be read.',
    )
    .action(async (paths: string[], options: { json?: boolean }) => {
      end(await verify(paths, options.json === true, printer));
    });
}

async function verify(paths: readonly string[], json: boolean, printer: Printer): Promise<number> {
  const results: (Verified | Unreadable)[] = [];
  for await (const result of verifyAll(paths)) {
    results.push(result);
    if (!json) say(result, printer);
  }
  if (json) printer.out(JSON.stringify(results, null, 2));
  if (results.some((result) => 'error' in result)) return exitCode.usage;
  return results.some((result) => 'found' in result && result.found > 0) ? exitCode.failed : exitCode.done;
}

function say(result: Verified | Unreadable, printer: Printer): void {
  if ('error' in result) return printer.err(`error: ${result.error}`);
  const { path, frames, torn, findings, found } = result;
  for (const { line, frame, looksLike, length } of findings) {
    const what = `looks like a secret: ${looksLike} of ${length} characters`;
    printer.out(visible(`${path}: line ${line} (${frame}): ${what}`));
  }
  if (found > findings.length) printer.out(`${path}: and ${found - findings.length} more`);
  if (torn !== undefined) printer.err(`warning: ${path}: it breaks off ${torn}`);
  if (found === 0) printer.out(`${path}: nothing found in ${frames} frames`);
}
