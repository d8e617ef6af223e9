import { accessSync, constants } from 'node:fs';
import { followByKubectl } from './written-kubectl.ts';
import { collectOnNode } from './written-node.ts';

/** What the agents' containers of one namespace wrote, read by another way than ours and kept when their pods are gone. */
export interface Written {
  /** The names of all pods whose agent has a log. */
  pods(): string[];
  /** The lines of the agent's container of one pod, as far as they are written; empty when it never had a log. */
  lines(pod: string): string[];
  stop(): void;
}

const known = new Map<string, Written>();

export function collectWritten(namespace: string): Written {
  const folder = nodeLogs();
  const made = folder === undefined ? followByKubectl(namespace) : collectOnNode(namespace, folder);
  known.set(namespace, made);
  return made;
}

export function writtenIn(namespace: string): Written {
  const found = known.get(namespace);
  if (found === undefined) throw new Error(`nobody collects what is written in namespace ${namespace}`);
  return found;
}

/** The lines of every pod of a Job, whose pods take their names from it. */
export function writtenByJob(namespace: string, job: string): string[] {
  const written = writtenIn(namespace);
  const prefix = job.slice(0, 57);
  return written.pods().flatMap((pod) => (pod.startsWith(prefix) ? written.lines(pod) : []));
}

/** The folder where the kubelet keeps the logs, when its node is this machine. */
function nodeLogs(): string | undefined {
  const onThisMachine = process.env.CLAUDE_K8S_E2E_TOOLS === undefined ? '' : '/var/log/pods';
  const folder = process.env.CLAUDE_K8S_E2E_NODE_LOGS ?? onThisMachine;
  if (folder === '') return undefined;
  try {
    accessSync(folder, constants.R_OK);
    return folder;
  } catch (error) {
    throw new Error(`CLAUDE_K8S_E2E_NODE_LOGS: ${folder} can not be read; empty means kubectl logs -f (${error})`);
  }
}
