import { readName } from '../config/scalar.ts';
import type { Cause, FailureCode } from '../failure/table.ts';

export interface Place {
  namespace: string;
  job: string;
  pod: string | undefined;
  node: string | undefined;
}

/**
 * What a person on call would type next, with the names filled in: what shows the evidence at its source, most telling
 * first. It is pasted into a shell, and a bundle may be anybody's: a command with a name that no object has is left out.
 */
export function nextCommands(code: FailureCode | null, cause: Cause | null, place: Place): string[] {
  if (code === null || !isName(place.namespace)) return [];
  const { namespace, job } = place;
  const [pod, node] = [place.pod, place.node].map((name) => (isName(name) ? name : undefined));
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
      return [k('describe resourcequota'), ...(isName(job) ? [about('Job', job)] : [])];
    case 'rbac':
      return [k('auth can-i --list')];
    case 'volume':
      return [k('get persistentvolumeclaims'), ...podCommands];
    case 'api_unreachable':
      return ["kubectl get --raw '/readyz?verbose'"];
    default:
      return [...(isName(job) ? [k(`describe job ${job}`)] : []), ...podCommands];
  }
}

function isName(name: unknown): name is string {
  const read = readName(name, 'dns-subdomain');
  return read.ok && read.value === name;
}
