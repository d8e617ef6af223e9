import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { asText } from '../explain/as-text.ts';
import { explain } from '../explain/explain.ts';
import { asHtml } from '../explain/html/page.ts';
import { Picture } from '../explain/html/picture.ts';
import type { Frame, HeaderFrame } from '../record/frame.ts';
import { BundleError, openBundle } from '../record/read-bundle.ts';
import { readable } from '../record/readable.ts';
import { exitCode } from './exit-code.ts';
import { wrongOutput } from './output-files.ts';
import type { Printer } from './print.ts';

interface ExplainFlags {
  json?: boolean;
  html?: string;
}

/** `claude-k8s explain <bundle>`: what happened to a recorded run, and where to look next. */
export function addExplain(program: Command, printer: Printer, end: (code: number) => void): void {
  program
    .command('explain')
    .description('tell what happened to a recorded run: timeline, verdict, what is ruled out, where to look next')
    .showHelpAfterError('(claude-k8s explain --help lists the flags)')
    .argument('<bundle>', 'a file named *.ndjson.zst')
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page with a picture of the run: one file, for any browser, without a network')
    .addHelpText('after', '\nExits with 0, or with 2 when the bundle can not be read or the page not be written.')
    .action(async (path: string, flags: ExplainFlags) => {
      end(await tell(path, flags, printer));
    });
}

async function tell(path: string, { json, html }: ExplainFlags, printer: Printer): Promise<number> {
  const wrong = await wrongOutput({ '--html': html }, [path]);
  if (wrong !== undefined) {
    printer.err(`error: ${wrong}`);
    return exitCode.usage;
  }
  try {
    const bundle = await openBundle(path);
    const picture = html === undefined ? undefined : new Picture();
    const told = await readable(path, async () => explain(await framesThatTell(bundle.frames, picture)));
    const page = picture && (await readable(path, () => asHtml(told, picture, bundle.torn)));
    const text = await readable(path, () => (json === true ? JSON.stringify(told, null, 2) : asText(told)));
    if (html !== undefined && page !== undefined) await write(html, page);
    printer.out(html === undefined || json === true ? text : `${html} written`);
    if (bundle.torn !== undefined) printer.err(`warning: ${path}: it breaks off ${bundle.torn}`);
    return exitCode.done;
  } catch (error) {
    if (!(error instanceof BundleError) && !(error instanceof PageError)) throw error;
    printer.err(`error: ${error.message}`);
    return exitCode.usage;
  }
}

class PageError extends Error {
  override readonly name = 'PageError';
}

/** For its owner only, as the bundle is. */
async function write(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page, { mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PageError(`--html: ${file} can not be written: ${why}`);
  }
}

/** The wire is most of a bundle: only a picture is drawn from it, and of its frames just the latest is kept. */
async function framesThatTell(frames: AsyncIterable<Frame>, picture: Picture | undefined): Promise<Frame[]> {
  const kept: Frame[] = [];
  let latest: Exclude<Frame, HeaderFrame> | undefined;
  for await (const frame of frames) {
    picture?.add(frame);
    if (frame.f === 'header' || frame.f === 'decision' || frame.f === 'footer') kept.push(frame);
    else if (latest === undefined || frame.t > latest.t) latest = frame;
  }
  return latest === undefined ? kept : [...kept, latest];
}
