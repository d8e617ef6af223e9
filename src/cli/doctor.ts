import type { Command } from 'commander';
import { systemClock } from '../engine/clock.ts';
import type { Check } from '../host/environment/check.ts';
import { statusOf, testEnvironment } from '../host/environment/environment.ts';
import { createShared } from '../host/shared.ts';
import { probe } from '../telemetry/exporter-probe.ts';
import { mistakesIn, signalEndpoints, urlsOf } from '../telemetry/otlp-endpoints.ts';
import { serverSettings } from '../telemetry/server-settings.ts';
import { addConfigFlags } from './config-flags.ts';
import { readLayers } from './config-layers.ts';
import { exitCode } from './exit-code.ts';
import type { Printer } from './print.ts';

interface Flags {
  config?: string;
  json?: boolean;
}

/** In the README too. */
export const doctorExits =
  'Exits with 0 when nothing would fail, 1 when something would, 2 when the command line or the configuration is wrong.';

export function addDoctor(program: Command, printer: Printer, end: (code: number) => void): void {
  const keys = new Map<string, unknown>();
  const command = program
    .command('doctor')
    .description('check cluster, rights, admission, quota, volume, image and telemetry for a run, and create nothing')
    .showHelpAfterError('(claude-k8s doctor --help lists the flags)')
    .option('--config <file>', 'YAML or JSON file of configuration keys; a flag wins over it')
    .option('--json', 'print the report as JSON, nothing else')
    .addHelpText('after', `\n${doctorExits}`)
    .action(async (flags: Flags) => end(await doctor(flags, keys, printer, process.env)));
  addConfigFlags(command, (key, value) => keys.set(key, value));
}

/** What Paperclip's own check of the environment says, and what only a terminal can look at. */
async function doctor(
  flags: Flags,
  keys: ReadonlyMap<string, unknown>,
  printer: Printer,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const read = await readLayers(flags.config, keys);
  if (!read.ok) {
    for (const error of read.errors) printer.err(`error: ${error}`);
    return exitCode.usage;
  }
  // The port is the running server's: to open it here too would only fail.
  const shared = createShared({ env: { ...env, CLAUDE_K8S_METRICS_PORT: undefined } });
  try {
    const report = await testEnvironment({ config: read.raw }, shared);
    const own = report.checks.filter(
      (check) => check.code !== 'metrics' && (isPaperclip(env) || !ofThePaperclip.has(check.code)),
    );
    const checks = [...own, ...checkMetrics(env), ...(await checkExporters(env))];
    printer.out(
      flags.json === true ? JSON.stringify({ ...report, checks, status: statusOf(checks) }, null, 2) : told(checks),
    );
    return statusOf(checks) === 'fail' ? exitCode.failed : exitCode.done;
  } finally {
    await shared.close();
  }
}

/** They are about the server's own environment, which a terminal elsewhere does not have. */
const ofThePaperclip = new Set(['auth_token', 'api_url']);

function isPaperclip(env: NodeJS.ProcessEnv): boolean {
  return Object.keys(env).some((name) => name.startsWith('PAPERCLIP_'));
}

function checkMetrics(env: NodeJS.ProcessEnv): Check[] {
  const settings = serverSettings(env);
  if (typeof settings === 'string') return [{ code: 'metrics', level: 'warn', message: settings }];
  const message =
    settings === undefined
      ? 'metrics are not served: CLAUDE_K8S_METRICS_PORT is not set'
      : `metrics are to be served on ${settings.host}:${settings.port}`;
  return [{ code: 'metrics', level: 'info', message }];
}

async function checkExporters(env: NodeJS.ProcessEnv): Promise<Check[]> {
  const endpoints = signalEndpoints(env);
  const hint = 'correct it, or start the collector: until then telemetry is lost, and no run is';
  const wrong = mistakesIn(endpoints).map((message): Check => ({ code: 'exporter', level: 'warn', message, hint }));
  const probed = await Promise.all(
    urlsOf(endpoints).map(async (url): Promise<Check> => {
      const away = await probe(url, systemClock);
      if (away === undefined) return { code: 'exporter', level: 'info', message: `a collector listens at ${url.host}` };
      return { code: 'exporter', level: 'warn', message: `telemetry is exported nowhere: ${away}`, hint };
    }),
  );
  return [...wrong, ...probed];
}

const marks: Readonly<Record<Check['level'], string>> = { info: 'ok    ', warn: 'warn  ', error: 'FAIL  ' };

function told(checks: readonly Check[]): string {
  return checks
    .map(({ level, message, hint }) => `${marks[level]}${message}${hint ? `\n      -> ${hint}` : ''}`)
    .join('\n');
}
