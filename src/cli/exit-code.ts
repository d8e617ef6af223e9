import type { Outcome } from '../run/outcome.ts';

/** How `claude-k8s` exits; documented in its help and the README. */
export const exitCode = {
  done: 0,
  /** The run ended with a verdict other than success. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was created. */
  usage: 2,
  /** The cluster can't be used; nothing was created. */
  cluster: 3,
  timeout: 124,
  cancelled: 130,
  handedOver: 143,
} as const;

export const exitCodesText = [
  'Exit codes:',
  '  0    done; for `run`: the agent succeeded',
  '  1    the run failed: its code, cause and evidence are printed',
  '  2    the command line or the configuration is wrong; nothing was created',
  '  3    the cluster can not be used; nothing was created',
  '  124  the run timed out',
  '  130  the run was cancelled (Ctrl-C) and its Job deleted',
  '  143  the run was let go (SIGTERM): its Job lives on, and the way back is printed',
].join('\n');

export function exitCodeOf({ verdict }: Outcome): number {
  switch (verdict.code) {
    case null:
      return exitCode.done;
    case 'timeout':
      return exitCode.timeout;
    case 'cancelled':
      return exitCode.cancelled;
    case 'k8s_run_handed_over':
      return exitCode.handedOver;
    default:
      return exitCode.failed;
  }
}
