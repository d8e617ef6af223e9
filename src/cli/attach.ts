import type { Cluster } from '../kubernetes/cluster.ts';
import { adapterType, fleetSelector, label } from '../manifest/labels.ts';
import { exitCode } from './exit-code.ts';

export interface Refused {
  error: string;
  code: number;
}

/** Only the Job of an agent can be come back to: any other would be taken over and deleted. Changes nothing. */
export async function whyNotAttached(cluster: Cluster, namespace: string, job: string): Promise<Refused | undefined> {
  const answer = await cluster.readJob(namespace, job);
  const list = `kubectl -n ${namespace} get jobs -l ${fleetSelector} lists those that can be come back to`;
  if (answer.ok) {
    if (answer.value.labels[label.adapterType] === adapterType) return undefined;
    const why = `it has no label ${label.adapterType}=${adapterType}`;
    return {
      error: `--attach: Job ${job} in namespace ${namespace} is no agent's: ${why}; ${list}`,
      code: exitCode.usage,
    };
  }
  const { kind, call, message } = answer.fault;
  if (kind === 'not_found') {
    return { error: `--attach: there is no Job ${job} in namespace ${namespace}; ${list}`, code: exitCode.usage };
  }
  const next = kind === 'forbidden' ? 'this account needs get on jobs there' : 'try again';
  return {
    error: `--attach: Job ${job} in namespace ${namespace} can not be read (${call}: ${message}); ${next}`,
    code: exitCode.cluster,
  };
}
