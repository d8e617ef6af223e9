import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { parseConfig } from '../host/config.ts';
import type { RunInput } from '../host/prepare.ts';
import type { Printer } from './print.ts';

/** The flags of `run` that are no configuration keys. */
export interface RunFlags {
  prompt: string | undefined;
  promptFile?: string;
  config?: string;
  agent?: string;
  task?: string;
  session?: string;
  runId?: string;
  secretEnv?: string[];
  attach?: string;
  cursor?: string;
  json?: boolean;
  raw?: boolean;
  quiet?: boolean;
}

export type ReadRun = { ok: true; run: RunInput; warnings: string[] } | { ok: false; errors: string[] };

/** Flags over the file; everything that is wrong is told at once. */
export async function readRun(
  flags: RunFlags,
  keys: ReadonlyMap<string, unknown>,
  printer: Printer,
  env: NodeJS.ProcessEnv,
): Promise<ReadRun> {
  const file = flags.config === undefined ? { value: {} } : await readConfigFile(flags.config);
  if ('error' in file) return { ok: false, errors: [file.error] };
  const parsed = parseConfig(overlay(file.value, keys), { unknown: 'error' });
  const prompt = flags.attach === undefined ? notEmpty(await readPrompt(flags, printer)) : { text: '' };
  const secrets = readSecrets(flags.secretEnv ?? [], env);
  const errors = [
    ...(parsed.ok ? [] : parsed.errors),
    ...('error' in prompt ? [prompt.error] : []),
    ...secrets.errors,
    ...(flags.cursor !== undefined && flags.attach === undefined ? ['--cursor: only with --attach'] : []),
  ];
  if (errors.length > 0 || !parsed.ok || 'error' in prompt) return { ok: false, errors };
  const runId = flags.runId ?? randomUUID();
  return {
    ok: true,
    warnings: parsed.warnings,
    run: {
      runId,
      // Without a name of its own a run shares nothing, so nothing stands in its way.
      agentId: flags.agent ?? `terminal-${runId.slice(0, 8)}`,
      agentName: flags.agent,
      companyId: undefined,
      taskId: flags.task,
      sessionId: flags.session,
      prompt: prompt.text,
      config: parsed.config,
      env: {},
      secretEnv: secrets.values,
      traceparent: env.TRACEPARENT,
      start: flags.attach === undefined ? { as: 'new' } : { as: 'attach', job: flags.attach, cursor: flags.cursor },
    },
  };
}

/** A flag wins over the file; of names with values it adds to them, name by name. */
function overlay(file: object, keys: ReadonlyMap<string, unknown>): object {
  const below = new Map(Object.entries(file));
  const added = [...keys].map(([key, value]) => {
    const under = below.get(key);
    const both = Array.isArray(value) && typeof under === 'object' && under !== null && !Array.isArray(under);
    return [key, both ? { ...under, ...Object.fromEntries(value.map(splitPair)) } : value];
  });
  return { ...file, ...Object.fromEntries(added) };
}

function splitPair(text: unknown): [string, string] {
  const line = String(text);
  const at = line.indexOf('=');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

async function readConfigFile(path: string): Promise<{ value: object } | { error: string }> {
  try {
    // JSON is YAML too.
    const value: unknown = parse(await readFile(path, 'utf8'));
    if (value === null || value === undefined) return { value: {} };
    if (typeof value === 'object' && !Array.isArray(value)) return { value };
    return {
      error: `--config: ${path}: expected an object of keys, got ${Array.isArray(value) ? 'a list' : typeof value}`,
    };
  } catch (error) {
    return { error: `--config: ${path}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` };
  }
}

async function readPrompt(flags: RunFlags, printer: Printer): Promise<{ text: string } | { error: string }> {
  if (flags.promptFile !== undefined && flags.prompt !== undefined) {
    return { error: '--prompt-file: the prompt is already given as an argument' };
  }
  if (flags.promptFile !== undefined && flags.promptFile !== '-') {
    try {
      return { text: await readFile(flags.promptFile, 'utf8') };
    } catch (error) {
      return { error: `--prompt-file: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  if (flags.prompt !== undefined && flags.prompt !== '-') return { text: flags.prompt };
  if (printer.inputIsTerminal) {
    return { error: 'prompt: none given; pass it as an argument, with --prompt-file, or on standard input' };
  }
  return { text: await printer.input() };
}

function notEmpty(prompt: { text: string } | { error: string }): { text: string } | { error: string } {
  if ('error' in prompt || prompt.text.trim() !== '') return prompt;
  return { error: 'prompt: it is empty; pass it as an argument, with --prompt-file, or on standard input' };
}

function readSecrets(names: readonly string[], env: NodeJS.ProcessEnv) {
  const missing = names.filter((name) => env[name] === undefined);
  return {
    errors: missing.map((name) => `--secret-env: ${name} is not set in the environment`),
    values: Object.fromEntries(names.map((name) => [name, env[name] ?? ''])),
  };
}
