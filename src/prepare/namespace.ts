import { selfPod } from '../kubernetes/self-pod.ts';
import type { AdapterConfig } from '../manifest/config.ts';

/** Where a run's Job goes: as configured, else beside Paperclip's own pod, else as the kubeconfig or the account says. */
export function namespaceOf(
  { namespace }: Pick<AdapterConfig, 'namespace'>,
  env: NodeJS.ProcessEnv,
  ofTheAccount: string | undefined,
): string {
  return namespace ?? selfPod(env)?.namespace ?? ofTheAccount ?? 'default';
}
