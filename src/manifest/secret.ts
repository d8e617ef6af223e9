import type { V1Secret } from '@kubernetes/client-node';
import type { JobSnapshot } from '../run/snapshot.ts';
import { label } from './labels.ts';
import { secretKey } from './place.ts';
import type { RunPlan } from './plan.ts';

/** Owned by the Job, so that it goes when the Job goes, however that happens. */
export function buildSecret(plan: RunPlan, job: JobSnapshot): V1Secret {
  const { request } = plan;
  const texts = plan.delivery.by === 'secret' ? { [secretKey.prompt]: plan.prompt, ...instructions(plan) } : {};
  const tokens = Object.entries(plan.secretEnv).map(([name, value]) => [secretKey.env(name), value]);
  const data = Object.entries<string>({ ...texts, ...Object.fromEntries(tokens) });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: request.jobName,
      namespace: request.namespace,
      labels: { [label.managedBy]: 'paperclip', [label.component]: 'agent-job', [label.runId]: request.runId },
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'Job', name: job.name, uid: job.uid, blockOwnerDeletion: false },
      ],
    },
    type: 'Opaque',
    immutable: true,
    data: Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  };
}

function instructions({ instructions: text }: RunPlan): Record<string, string> {
  return text === undefined ? {} : { [secretKey.instructions]: text };
}
