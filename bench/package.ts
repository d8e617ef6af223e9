import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mebibytes, median, row, times, title } from './report.ts';

const root = join(import.meta.dirname, '..');
const rounds = 15;

interface Load {
  ms: number;
  bytes: number;
}

/** What a host pays for the adapter when it loads it, beside the Kubernetes client alone as its package has it. */
export async function benchPackage(): Promise<void> {
  const one = join(root, 'dist/index.js');
  if (!existsSync(one)) throw new Error(`${one} is not there: npm run build`);
  const loads: Record<'ours' | 'client', Load[]> = { ours: [], client: [] };
  for (let round = 0; round < rounds; round++) {
    loads.ours.push(load(one));
    loads.client.push(load(createRequire(import.meta.url).resolve('@kubernetes/client-node')));
  }
  const ms = (which: 'ours' | 'client') => median(loads[which].map((taken) => taken.ms));
  const bytes = (which: 'ours' | 'client') => median(loads[which].map((taken) => taken.bytes));
  title(`Loading the adapter in a process of its own (${rounds} times each, by turns)`);
  row('the adapter, ms', ms('ours').toFixed(0), 'under 300');
  row('the Kubernetes client alone, ms', ms('client').toFixed(0));
  row('the adapter against the client alone', times(ms('ours') / ms('client')));
  row('memory that comes with the adapter', mebibytes(bytes('ours')), 'under 60 MB');
  row('memory that comes with the client alone', mebibytes(bytes('client')));
  row('on disk, with all that it depends on', mebibytes(sizeOfPackages()));
}

function load(file: string): Load {
  const script = `
    const before = process.memoryUsage.rss();
    const at = performance.now();
    (await import(${JSON.stringify(pathToFileURL(file).href)})).createServerAdapter?.();
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
