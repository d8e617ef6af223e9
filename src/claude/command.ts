import type { AdapterConfig } from '../manifest/config.ts';

export interface CommandInput {
  config: Pick<AdapterConfig, 'model' | 'effort' | 'maxTurnsPerRun' | 'dangerouslySkipPermissions' | 'extraArgs'>;
  sessionId: string | undefined;
  /** File in the pod; a resumed session has its instructions already. */
  instructionsFile: string | undefined;
  settings: string | undefined;
  /** Directories in the pod that tools may use besides the working directory. */
  addDirs?: readonly string[];
}

/** Claude Code's arguments, without `claude` itself; the prompt comes on standard input. */
export function claudeArguments({
  config,
  sessionId,
  instructionsFile,
  settings,
  addDirs = [],
}: CommandInput): string[] {
  return [
    '--print',
    '-',
    '--output-format',
    'stream-json',
    '--verbose',
    ...(sessionId === undefined ? [] : ['--resume', sessionId]),
    ...(config.dangerouslySkipPermissions ? ['--dangerously-skip-permissions'] : []),
    ...(config.model === undefined ? [] : ['--model', config.model]),
    ...(config.effort === undefined ? [] : ['--effort', config.effort]),
    ...(config.maxTurnsPerRun > 0 ? ['--max-turns', String(config.maxTurnsPerRun)] : []),
    ...(instructionsFile === undefined || sessionId !== undefined
      ? []
      : ['--append-system-prompt-file', instructionsFile]),
    ...addDirs.flatMap((directory) => ['--add-dir', directory]),
    ...(settings === undefined ? [] : ['--settings', settings]),
    ...config.extraArgs,
  ];
}
