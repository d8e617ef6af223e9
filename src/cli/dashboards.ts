import type { Command } from 'commander';
import type { Printer } from './print.ts';
import { isAddress } from './runbook-address.ts';
import { put, type Shipped, type State, shipped, stateIn, whatIs } from './shipped-boards.ts';

interface DashboardsFlags {
  write?: string;
  check?: string;
  v2?: boolean;
  runbookBase?: string;
  json?: boolean;
}

/** Of this command alone; documented in its help. */
const dashboardsExit = { done: 0, different: 1, usage: 2 } as const;

/** `claude-k8s dashboards`: the boards, rules and runbook of this build, into a folder that Grafana and Prometheus read. */
export function addDashboards(program: Command, printer: Printer, end: (code: number) => void): void {
  program
    .command('dashboards')
    .description('write the Grafana boards and Prometheus files of this build, or compare a folder with them')
    .showHelpAfterError('(claude-k8s dashboards --help lists the flags)')
    .option('--write <dir>', 'write them into this folder; files of other names are left alone')
    .option('--check <dir>', 'say which files of this folder differ, and write nothing')
    .option('--v2', 'boards in the form of the newer Grafana (dashboard.grafana.app/v2) instead of the classic one')
    .option(
      '--runbook-base <url>',
      'where your runbook.md is rendered: links of boards and alerts lead to its sections',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      [
        '',
        'The folder gets grafana/ (boards), prometheus/ (scrape configuration and rules) and the runbook, where this build has them.',
        '',
        'Exits with 0 when the folder is as this build has it, 1 when --check found a difference, 2 when the folder can not be used.',
      ].join('\n'),
    )
    .action(async (flags: DashboardsFlags) => end(await dashboards(flags, printer)));
}

async function dashboards(flags: DashboardsFlags, printer: Printer): Promise<number> {
  const { write, check, runbookBase } = flags;
  const folder = write ?? check;
  if (folder === undefined || (write !== undefined && check !== undefined)) {
    const came = folder === undefined ? 'neither' : 'both';
    printer.err(`error: dashboards: expected one of --write <dir> and --check <dir>, got ${came}`);
    return dashboardsExit.usage;
  }
  if (runbookBase !== undefined && !isAddress(runbookBase)) {
    const wanted = 'expected the address of a rendered runbook, http(s)://... without an anchor';
    printer.err(`error: --runbook-base: ${wanted}, got "${runbookBase}"`);
    return dashboardsExit.usage;
  }
  const flag = write === undefined ? '--check' : '--write';
  try {
    const found = await whatIs(folder);
    if (found === 'file' || (found === undefined && flag === '--check')) {
      const why =
        found === 'file' ? `${folder} is a file, expected a folder` : `no folder "${folder}"; --write makes it`;
      printer.err(`error: ${flag}: ${why}`);
      return dashboardsExit.usage;
    }
    const files = await go(folder, flag, await shipped(flags.v2 === true ? 'v2' : 'classic', runbookBase));
    printer.out(flags.json === true ? JSON.stringify({ folder, files }, null, 2) : told(files, flag).join('\n'));
    const differs = files.some(({ state }) => state !== 'same');
    return flag === '--check' && differs ? dashboardsExit.different : dashboardsExit.done;
  } catch (error) {
    printer.err(`error: ${flag}: ${error instanceof Error ? error.message : String(error)}`);
    return dashboardsExit.usage;
  }
}

/** How each file was found; with `--write` it is as it should be afterwards. */
async function go(folder: string, flag: '--write' | '--check', made: readonly Shipped[]) {
  const files: { path: string; state: State }[] = [];
  for (const file of made) {
    const state = await stateIn(folder, file);
    if (flag === '--write' && state !== 'same') await put(folder, file);
    files.push({ path: file.path, state });
  }
  return files;
}

const written: Readonly<Record<State, string>> = { missing: 'new', different: 'changed', same: 'unchanged' };

function told(files: readonly { path: string; state: State }[], flag: '--write' | '--check'): string[] {
  if (flag === '--write') return files.map(({ path, state }) => `${written[state].padEnd(9)}  ${path}`);
  const found = files.filter(({ state }) => state !== 'same');
  if (found.length === 0) return [`all ${files.length} files are those of this build`];
  return found.map(({ path, state }) => `${state.padEnd(9)}  ${path}`);
}
