import type { Command } from 'commander';
import { asText } from '../explain/as-text.ts';
import { explain } from '../explain/explain.ts';
import type { Frame } from '../record/frame.ts';
import { BundleError, openBundle } from '../record/read-bundle.ts';
import { exitCode } from './exit-code.ts';
import type { Printer } from './print.ts';

/** `claude-k8s explain <bundle>`: what happened to a recorded run, and where to look next. */
export function addExplain(program: Command, printer: Printer, end: (code: number) => void): void {
  program
    .command('explain')
    .description('tell what happened to a recorded run: timeline, verdict, what is ruled out, where to look next')
    .argument('<bundle>', 'a file named *.ndjson.zst')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExits with 0, or with 2 when the bundle can not be read.')
    .action(async (path: string, options: { json?: boolean }) => {
      end(await tell(path, options.json === true, printer));
    });
}

async function tell(path: string, json: boolean, printer: Printer): Promise<number> {
  try {
    const bundle = await openBundle(path);
    const told = explain(await framesThatTell(bundle.frames));
    printer.out(json ? JSON.stringify(told, null, 2) : asText(told));
    if (bundle.torn !== undefined) printer.err(`warning: ${path}: it breaks off ${bundle.torn}`);
    return exitCode.done;
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    printer.err(`error: ${error.message}`);
    return exitCode.usage;
  }
}

/** The wire's bytes are most of a bundle and say nothing here: they are not kept. */
async function framesThatTell(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const kept: Frame[] = [];
  for await (const frame of frames) if (frame.f !== 'chunk') kept.push(frame);
  return kept;
}
