import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mebibytes, median, row, times, title } from './report.ts';

const root = join(import.meta.dirname, '..');
const rounds = 15;

interface Load {
  ms: number;
  bytes: number;
}

/** What a host pays for the adapter when it loads it, beside the same code as the compiler leaves it, file by file. */
export async function benchPackage(): Promise<void> {
  const one = join(root, 'dist/index.js');
  if (!existsSync(one)) throw new Error(`${one} is not there: npm run build`);
  const loads: Record<'one' | 'many', Load[]> = { one: [], many: [] };
  for (let round = 0; round < rounds; round++) {
    loads.one.push(load(one));
    loads.many.push(load(join(root, 'dist/host/adapter.js')));
  }
  const ms = (which: 'one' | 'many') => median(loads[which].map((taken) => taken.ms));
  const bytes = (which: 'one' | 'many') => median(loads[which].map((taken) => taken.bytes));
  title(`Loading the adapter in a process of its own (${rounds} times each, by turns)`);
  row('one file, ms', ms('one').toFixed(0), 'under 300');
  row('file by file, ms', ms('many').toFixed(0));
  row('one file against file by file', times(ms('one') / ms('many')));
  row('memory that comes with one file', mebibytes(bytes('one')), 'under 60 MB');
  row('memory that comes file by file', mebibytes(bytes('many')));
  row('on disk, with all that it depends on', mebibytes(sizeOfPackages()));
}

function load(file: string): Load {
  const script = `
    const before = process.memoryUsage.rss();
    const at = performance.now();
    (await import(${JSON.stringify(pathToFileURL(file).href)})).createServerAdapter();
    const ms = performance.now() - at;
    console.log(JSON.stringify({ ms, bytes: process.memoryUsage.rss() - before }));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

function sizeOfPackages(): number {
  const args = ['ls', '--omit=dev', '--all', '--parseable'];
  const [, ...folders] = execFileSync('npm', args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return sizeOf(join(root, 'dist')) + folders.reduce((all, folder) => all + sizeOf(folder), 0);
}

/** Without the packages inside of it, which are named on their own. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((all, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? all : all + sizeOf(path);
    return entry.isFile() ? all + statSync(path).size : all;
  }, 0);
}
