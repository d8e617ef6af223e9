import { optionKeys, optionOf } from '../config/options.ts';
import { flagOf } from './config-flags.ts';
import type { RunFlags } from './run-options.ts';

export interface Way {
  job: string;
  namespace: string;
  cursor: string | undefined;
  flags: RunFlags;
  /** Configuration keys that were given as flags. */
  keys: ReadonlyMap<string, unknown>;
  env: NodeJS.ProcessEnv;
}

/** Keys that still mean something once the Job is there. None of them can hold a secret. */
const kept = optionKeys.filter((key) => key === 'kubeconfig' || optionOf(key).group === 'Lifecycle');

/** The command that comes back to a Job, as it can be pasted into a shell. */
export function wayBack({ job, namespace, cursor, flags, keys, env }: Way): string {
  const given = kept.flatMap((key) => (keys.has(key) ? [`${flagOf(key)}=${String(keys.get(key))}`] : []));
  return [
    ownName(env),
    'run',
    '--attach',
    job,
    '--namespace',
    namespace,
    ...(flags.config === undefined ? [] : ['--config', flags.config]),
    ...given,
    ...(cursor === undefined ? [] : ['--cursor', cursor]),
    ...(['json', 'raw', 'quiet'] as const).flatMap((name) => (flags[name] === true ? [`--${name}`] : [])),
  ]
    .map((word, index) => (index === 0 ? word : quoted(word)))
    .join(' ');
}

/** Who came by the script of a checkout may have no `claude-k8s` on the PATH. */
function ownName({ npm_lifecycle_event: script }: NodeJS.ProcessEnv): string {
  return script === 'claude-k8s' ? 'npm run -s claude-k8s --' : 'claude-k8s';
}

/** A shell takes what is in single quotes as it is. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
