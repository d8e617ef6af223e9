import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readName } from '../config/scalar.ts';
import { labelValue } from '../manifest/label-value.ts';
import type { RunInput } from '../prepare/prepare.ts';
import { parseCursor } from '../run/cursor.ts';
import { readLayers } from './config-layers.ts';
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

/** Everything that is wrong is told at once. */
export async function readRun(
  flags: RunFlags,
  keys: ReadonlyMap<string, unknown>,
  printer: Printer,
  env: NodeJS.ProcessEnv,
): Promise<ReadRun> {
  const parsed = await readLayers(flags.config, keys);
  const prompt = flags.attach === undefined ? notEmpty(await readPrompt(flags, printer)) : { text: '' };
  const secrets = readSecrets(flags.secretEnv ?? [], env);
  const errors = [
    ...(parsed.ok ? [] : parsed.errors),
    ...('error' in prompt ? [prompt.error] : []),
    ...secrets.errors,
    ...wrongIds(flags),
    ...wrongAttach(flags),
    ...(flags.json === true && flags.raw === true ? ['--raw: not with --json, which prints the verdict only'] : []),
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

/** All of them become labels of the Job. */
function wrongIds(flags: RunFlags): string[] {
  return (['agent', 'task', 'session', 'runId'] as const).flatMap((name) => {
    const given = flags[name];
    if (given === undefined || labelValue(given) !== undefined) return [];
    const flag = name === 'runId' ? 'run-id' : name;
    return [`--${flag}: expected an id with at least one letter or digit, got ${JSON.stringify(given.slice(0, 80))}`];
  });
}

function wrongAttach({ attach, cursor, prompt, promptFile }: RunFlags): string[] {
  if (attach === undefined) return cursor === undefined ? [] : ['--cursor: only with --attach'];
  const name = readName(attach, 'dns-subdomain');
  const given = prompt === undefined ? promptFile : prompt;
  return [
    ...(name.ok ? [] : [`--attach: expected the name of a Job, got ${JSON.stringify(attach.slice(0, 80))}`]),
    ...(given === undefined ? [] : ['prompt: not with --attach, the agent has the one it was started with']),
    ...(cursor === undefined || parseCursor(cursor) !== undefined
      ? []
      : ['--cursor: expected the cursor that a run printed when it was let go; without one the log is read anew']),
  ];
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
