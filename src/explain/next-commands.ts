import { readName } from '../config/scalar.ts';
import type { Cause, FailureCode } from '../failure/table.ts';

/** A command that needs what is undefined is left out. */
export interface Place {
  namespace: string | undefined;
  job: string | undefined;
  pod: string | undefined;
  node: string | undefined;
}

/** What a person on call would type next, with the names filled in: what shows the evidence at its source, most telling first. */
export function nextCommands(code: FailureCode | null, cause: Cause | null, place: Place): string[] {
  const { namespace, job, pod, node } = place;
  if (code === null || namespace === undefined) return [];
  const k = (rest: string) => `kubectl -n ${namespace} ${rest}`;
  const about = (kind: string, name: string) =>
    k(`get events --field-selector involvedObject.kind=${kind},involvedObject.name=${name}`);
  const podCommands = pod === undefined ? [] : [k(`describe pod ${pod}`), about('Pod', pod)];
  switch (cause) {
    case 'oom_killed':
      return [...podCommands, pod === undefined ? k('top pods') : k(`top pod ${pod} --containers`)];
    case 'node_lost':
    case 'node_shutdown':
    case 'tainted':
    case 'evicted':
      return [...(node === undefined ? ['kubectl get nodes'] : [`kubectl describe node ${node}`]), ...podCommands];
    case 'unschedulable':
      return ['kubectl describe nodes', ...podCommands];
    case 'quota':
      return [k('describe resourcequota'), ...(job === undefined ? [] : [about('Job', job)])];
    case 'rbac':
      return [k('auth can-i --list')];
    case 'volume':
      return [k('get persistentvolumeclaims'), ...podCommands];
    case 'api_unreachable':
      return ["kubectl get --raw '/readyz?verbose'"];
    default:
      return [...(job === undefined ? [] : [k(`describe job ${job}`)]), ...podCommands];
  }
}

/** Commands are pasted into a shell, and a bundle may be anybody's: what no object can be called is not named. */
export function named({ namespace, job, pod, node }: Place): Place {
  return { namespace: nameOf(namespace), job: nameOf(job), pod: nameOf(pod), node: nameOf(node) };
}

function nameOf(name: string | undefined): string | undefined {
  const read = readName(name, 'dns-subdomain');
  return read.ok && read.value === name ? name : undefined;
}
