import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { surroundings, until } from '../tools.ts';
import { installServer } from './install.ts';

/** The account `nobody`: the server's Postgres refuses to run as root. */
const nobody = 65534;
const isRoot = process.getuid?.() === 0;

/** The real Paperclip server on this machine, with its embedded database, for as long as a file of tests. */
export class Paperclip {
  readonly home: string;
  readonly kubeconfig: string;
  private readonly entry: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly port: number;
  private child: ChildProcess | undefined;
  private said = '';

  private constructor(entry: string, port: number, env: NodeJS.ProcessEnv) {
    this.entry = entry;
    this.port = port;
    this.home = mkdtempSync(join(tmpdir(), 'paperclip-'));
    this.kubeconfig = join(this.home, 'kubeconfig');
    copyFileSync(surroundings().kubeconfig, this.kubeconfig);
    chmodSync(this.kubeconfig, 0o600);
    if (isRoot) for (const path of [this.home, this.kubeconfig]) chownSync(path, nobody, nobody);
    this.env = { ...settings(this.home, port), ...env };
  }

  static async start(env: NodeJS.ProcessEnv = {}): Promise<Paperclip> {
    const paperclip = new Paperclip(await installServer(), await freePort(), env);
    await paperclip.begin();
    return paperclip;
  }

  /** Starts it, also again after a stop, on the same database. */
  async begin(): Promise<void> {
    this.child = spawn(process.execPath, [this.entry], {
      env: this.env,
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(isRoot && { uid: nobody, gid: nobody }),
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (piece) => {
        this.said = (this.said + piece).slice(-8_000);
      });
    }
    await until('the server', () => this.isReady(), 120);
  }

  /** Ends the process by a signal and waits until it is gone. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async close(): Promise<void> {
    await this.stop('SIGTERM');
    await this.stopDatabase();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** A server that was killed leaves its database running, and the next one does not end it either. */
  private async stopDatabase(): Promise<void> {
    const file = join(this.home, 'instances/default/db/postmaster.pid');
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGINT');
    await until('the end of the database', () => !existsSync(file), 30);
  }

  page(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** @throws Error for any answer but a success, with its words */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.port}/api${path}`, {
      method,
      headers: { 'content-type': 'application/json', connection: 'close' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  /** One statement in the server's own database, as its owner. */
  async inDatabase(statement: string): Promise<unknown[]> {
    const [, , , port] = readFileSync(join(this.home, 'instances/default/db/postmaster.pid'), 'utf8').split('\n');
    const { default: connect } = await import(createRequire(this.entry).resolve('postgres'));
    const sql = connect(`postgres://paperclip:paperclip@127.0.0.1:${port}/paperclip`, { max: 1, onnotice: () => {} });
    try {
      return await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  }

  private async isReady(): Promise<boolean> {
    if (this.child?.exitCode !== null) throw new Error(`the server ended: ${this.said}`);
    type Health = { status: string; startupRecovery?: { phase: string } };
    const health = await this.api<Health>('GET', '/health').catch(() => undefined);
    return health?.status === 'ok' && health.startupRecovery?.phase === 'ready';
  }
}

function settings(home: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    HOST: '127.0.0.1',
    PORT: String(port),
    PAPERCLIP_HOME: home,
    PAPERCLIP_DEPLOYMENT_MODE: 'local_trusted',
    PAPERCLIP_AGENT_JWT_SECRET: randomBytes(24).toString('hex'),
    PAPERCLIP_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    PAPERCLIP_ANNOUNCEMENTS_ENABLED: 'false',
    PAPERCLIP_DB_BACKUP_ENABLED: 'false',
    PAPERCLIP_MIGRATION_AUTO_APPLY: 'true',
    PAPERCLIP_MIGRATION_PROMPT: 'never',
    PAPERCLIP_OPEN_ON_LISTEN: 'false',
    SERVE_UI: 'true',
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
