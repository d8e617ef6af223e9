import type { Command } from 'commander';
import { BundleError } from '../record/read-bundle.ts';
import { type Verified, verifyBundle } from '../record/verify.ts';
import { exitCode } from './exit-code.ts';
import type { Printer } from './print.ts';

/** `claude-k8s bundle verify`: before a bundle is given away. */
export function addBundle(program: Command, printer: Printer, end: (code: number) => void): void {
  const bundle = program.command('bundle').description('work with recorded incidents');
  bundle
    .command('verify')
    .description('look for what looks like a secret in incident bundles')
    .argument('<bundle...>', 'files named *.ndjson.zst')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExits with 0 when nothing was found, 1 when something was, 2 when a bundle can not be read.',
    )
    .action(async (paths: string[], options: { json?: boolean }) => {
      end(await verifyAll(paths, options.json === true, printer));
    });
}

async function verifyAll(paths: readonly string[], json: boolean, printer: Printer): Promise<number> {
  const results: (Verified | { path: string; error: string })[] = [];
  for (const path of paths) results.push(await verify(path));
  if (json) printer.out(JSON.stringify(results, null, 2));
  else for (const result of results) say(result, printer);
  if (results.some((result) => 'error' in result)) return exitCode.usage;
  return results.some((result) => 'findings' in result && result.findings.length > 0) ? exitCode.failed : exitCode.done;
}

async function verify(path: string): Promise<Verified | { path: string; error: string }> {
  try {
    return await verifyBundle(path);
  } catch (error) {
    if (error instanceof BundleError) return { path, error: error.message };
    throw error;
  }
}

function say(result: Verified | { path: string; error: string }, printer: Printer): void {
  if ('error' in result) return printer.err(`error: ${result.error}`);
  const { path, frames, torn, findings } = result;
  for (const { line, frame, looksLike, length } of findings) {
    printer.out(`${path}: line ${line} (${frame}): looks like a secret: ${looksLike} of ${length} characters`);
  }
  if (torn !== undefined) printer.err(`warning: ${path}: it breaks off ${torn}`);
  if (findings.length === 0) printer.out(`${path}: nothing found in ${frames} frames`);
}
