import { label } from '../manifest/labels.ts';
import type { JobSnapshot } from '../run/snapshot.ts';
import type { AttributeValues } from './attributes.ts';
import { type LogEntry, processLogEvents } from './log-catalogue.ts';
import type { Meters } from './meters.ts';

export type JobsListener = (jobs: readonly JobSnapshot[]) => void;

/**
 * What is told of Jobs that nobody answers for: how many there are, and each once. Every cluster connection of the process
 * has a listener of its own; a Job that two of them see is one.
 */
export function unownedJobs(
  meters: Pick<Meters, 'sample'>,
  log: (entry: LogEntry, values: AttributeValues) => void,
): () => JobsListener {
  const seen = new Set<{ jobs: readonly JobSnapshot[] }>();
  const told = new Set<string>();
  return () => {
    const from: { jobs: readonly JobSnapshot[] } = { jobs: [] };
    seen.add(from);
    return (jobs) => {
      from.jobs = jobs;
      const all = new Map([...seen].flatMap((one) => one.jobs.map((job) => [job.uid, job])));
      meters.sample('unowned', {}, all.size);
      for (const uid of told) if (!all.has(uid)) told.delete(uid);
      for (const job of all.values()) {
        if (told.has(job.uid)) continue;
        told.add(job.uid);
        log(processLogEvents.unowned, attributesOf(job));
      }
    };
  };
}

function attributesOf({ name, namespace, uid, labels }: JobSnapshot): AttributeValues {
  return {
    'k8s.namespace.name': namespace,
    'k8s.job.name': name,
    'k8s.job.uid': uid,
    'claude_k8s.run.id': labels[label.runId],
    'claude_k8s.agent.id': labels[label.agentId],
  };
}
