import type { AdapterConfig } from '../manifest/config.ts';
import { hasNul } from '../manifest/escape.ts';
import { labelValue } from '../manifest/label-value.ts';
import type { RunInput } from './prepare.ts';

/** Linux takes no string of 128 KiB, and the name of a variable is part of its string. */
const variableBytes = 120 * 1024;

/** What no Job can be made of, before anything is asked of the cluster. No value is ever quoted. */
export function badInput(run: RunInput): string | undefined {
  const { runId, prompt, start } = run;
  if (labelValue(runId) !== runId) {
    return `run id: ${JSON.stringify(runId).slice(0, 80)} is not a Kubernetes label value (letters, digits, - _ ., at most 63)`;
  }
  if (prompt.trim() === '' && start.as === 'new') return 'prompt: it is empty';
  if (hasNul(prompt)) return 'prompt: it holds a NUL character, which no file name, argument or environment can carry';
  const configured = Object.entries(run.config.env).map(([name, value]): [string, string] => [`env.${name}`, value]);
  for (const [name, value] of [...configured, ...Object.entries({ ...run.env, ...run.secretEnv })]) {
    const problem = variableProblem(value);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

function variableProblem(value: string): string | undefined {
  if (hasNul(value)) return 'its value holds a NUL character';
  const bytes = Buffer.byteLength(value);
  if (bytes <= variableBytes) return undefined;
  return `its value has ${bytes} bytes; a variable of the agent's environment holds at most ${variableBytes}`;
}

/** Claude Code takes the last `--settings` only. */
export function settingsWarnings({ enableRtk, extraArgs }: AdapterConfig): string[] {
  const given = extraArgs.some((one) => one === '--settings' || one.startsWith('--settings='));
  return enableRtk && given ? ['extraArgs: --settings takes the place of the one of enableRtk: no output is cut'] : [];
}
