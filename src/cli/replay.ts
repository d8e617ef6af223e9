import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { visible } from '../explain/visible.ts';
import { changesOf } from '../replay/accepted.ts';
import { type Build, BuildError, openBuild, ownBuild } from '../replay/builds.ts';
import { bundlesIn } from '../replay/bundles-in.ts';
import { asHtml } from '../replay/report/as-html.ts';
import { asJunit } from '../replay/report/as-junit.ts';
import { asText } from '../replay/report/as-text.ts';
import { type Result, replayAll } from '../replay/run-all.ts';
import { wrongOutput } from './output-files.ts';
import type { Printer } from './print.ts';
import { listenMeanwhile, type Meanwhile } from './signals.ts';

interface ReplayFlags {
  build?: string;
  against?: string;
  strict?: boolean;
  junit?: string;
  json?: string | true;
  html?: string;
  processes: number;
  speed: number;
}

/** Of this command alone; documented in its help. */
const replayExit = { same: 0, changed: 1, badBundle: 2, usage: 2, fault: 3 } as const;

/** `claude-k8s replay <bundle|dir>...`: what a build makes of recorded incidents. */
export function addReplay(program: Command, printer: Printer, end: (code: number) => void): void {
  program
    .command('replay')
    .description('run a build through recorded incidents, in virtual time, and compare the verdicts')
    .showHelpAfterError('(claude-k8s replay --help lists the flags)')
    .argument('<bundle...>', 'files named *.ndjson.zst, or folders of them')
    .option(
      '--build <build>',
      'the build to judge: a folder, a tarball, or a version or package@version on npm (default: this one)',
    )
    .option('--against <build>', 'another build to compare with (default: what was recorded)')
    .option('--strict', 'requests that the recorded run did not make in the same number are a change too')
    .option('--junit <file>', 'write JUnit XML')
    .option('--json [file]', 'write JSON, to the terminal when no file is named')
    .option('--html <file>', 'write a page for any browser, without a network')
    .option('--processes <n>', 'bundles at a time', positive, availableParallelism())
    .option('--speed <n>', 'recorded seconds in a second, for an adapter without virtual time', speedOf, 1)
    .addHelpText(
      'after',
      [
        '',
        'A build answers to the history of the recorded cluster, whatever it asks for: objects, logs, how streams died, what failed.',
        'An adapter that exports no ./replay is called as Paperclip calls it, over a loopback API, in real time.',
        'A change that is intended is accepted in expected.json beside the bundle: {"accept": [{"change", "came", "reason"}]}.',
        '',
        'Exits with 0 when all is the same, 1 when something changed, 2 when a bundle can not be read or a result not be written, 3 when a build can not be run,',
        '130 when it was interrupted.',
      ].join('\n'),
    )
    .action(async (paths: string[], flags: ReplayFlags) => {
      end(await replay(paths, flags, printer));
    });
}

async function replay(paths: readonly string[], flags: ReplayFlags, printer: Printer): Promise<number> {
  const builds: Build[] = [];
  let meanwhile: Meanwhile | undefined;
  try {
    const bundles = await bundlesIn(paths);
    if (bundles.length === 0) {
      printer.err(`error: no bundle (*.ndjson.zst) in ${paths.join(', ')}`);
      return replayExit.badBundle;
    }
    const wrong = await wrongResult(bundles, flags);
    if (wrong !== undefined) {
      printer.err(`error: ${wrong}`);
      return replayExit.usage;
    }
    const open = async (spec: string | undefined) => {
      const build = spec === undefined ? ownBuild() : await openBuild(spec);
      builds.push(build);
      return build;
    };
    const build = await open(flags.build);
    const against = flags.against === undefined ? undefined : await open(flags.against);
    const silent = flags.json === true;
    let done = 0;
    meanwhile = listenMeanwhile(printer, () => `${done} of ${bundles.length} replayed`);
    const results = await replayAll({
      interrupted: meanwhile.interrupted,
      bundles,
      build,
      against,
      strict: flags.strict === true,
      processes: flags.processes,
      speed: flags.speed,
      done: (result) => {
        done++;
        if (!silent) printer.out(visible(asText(result)));
      },
      warn: once((text) => printer.err(`warning: ${text}`)),
    });
    if (meanwhile.interrupted.aborted) return meanwhile.exit;
    if (!silent) printer.out(summary(results));
    if (flags.junit !== undefined) await writeFile(flags.junit, asJunit(results));
    if (flags.html !== undefined) await writeFile(flags.html, asHtml(results), { mode: 0o600 });
    const json = JSON.stringify({ version: 1, results: results.map(plain) }, null, 2);
    if (flags.json === true) printer.out(json);
    else if (flags.json !== undefined) await writeFile(flags.json, `${json}\n`);
    return codeOf(results);
  } catch (error) {
    if (!(error instanceof BuildError) && !isOfFile(error)) throw error;
    printer.err(`error: ${error.message}`);
    return replayExit.fault;
  } finally {
    meanwhile?.stop();
    await Promise.all(builds.map((one) => one.remove()));
  }
}

async function wrongResult(bundles: readonly string[], { json, junit, html, build, against }: ReplayFlags) {
  const expectations = new Set(bundles.map((path) => join(dirname(path), 'expected.json')));
  const named = [build, against].filter((path) => path !== undefined);
  const outputs = { '--json': json === true ? undefined : json, '--junit': junit, '--html': html };
  const wrong = await wrongOutput(outputs, [...bundles, ...expectations, ...named]);
  // Its file is optional: what stands behind it is taken for that.
  return wrong?.startsWith('--json: ') ? `${wrong}; to print JSON, put --json last` : wrong;
}

/** Every process says the same of the same collector. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
}

/** A result that can not be written where it was asked for. */
function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'path' in error && 'syscall' in error;
}

function plain(result: Result) {
  if (result.is !== 'replayed') return result;
  const { path, judgement, torn, traceId, tookMs } = result.replayed;
  const { open, reasons } = changesOf(result.replayed);
  return {
    is: open.length === 0 ? 'same' : 'changed',
    path,
    torn,
    traceId,
    tookMs,
    ...judgement,
    changes: open,
    accepted: reasons,
  };
}

function summary(results: readonly Result[]): string {
  const count = (has: (result: Result) => boolean) => results.filter(has).length;
  const changed = count((result) => result.is === 'replayed' && changesOf(result.replayed).open.length > 0);
  const bad = count(({ is }) => is === 'bad_bundle');
  const faults = count(({ is }) => is === 'harness_fault');
  return `${results.length} replayed: ${results.length - changed - bad - faults} same, ${changed} changed, ${bad} bad, ${faults} faults`;
}

function codeOf(results: readonly Result[]): number {
  if (results.some(({ is }) => is === 'harness_fault')) return replayExit.fault;
  if (results.some(({ is }) => is === 'bad_bundle')) return replayExit.badBundle;
  const changed = results.some((result) => result.is === 'replayed' && changesOf(result.replayed).open.length > 0);
  return changed ? replayExit.changed : replayExit.same;
}

function speedOf(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 1_000)
    throw new InvalidArgumentError(`expected a number above 0, at most 1000, got ${text}`);
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError(`expected a whole number from 1, got ${text}`);
  return value;
}
