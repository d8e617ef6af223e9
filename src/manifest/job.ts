import type { V1Job } from '@kubernetes/client-node';
import { labelValue } from './label-value.ts';
import { adapterType, label } from './labels.ts';
import { marksAtCreation } from './marks.ts';
import type { RunPlan } from './plan.ts';
import { podTemplate } from './pod.ts';

/** A host that is away for a night must still find the result; the configured time holds once the run is concluded. */
const unconcludedTtl = 24 * 3600;

export interface JobInput {
  plan: RunPlan;
  suspended: boolean;
  at: number;
}

export function buildJob({ plan, suspended, at }: JobInput): V1Job {
  const { request, config } = plan;
  const labels = labelsOf(plan);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: request.jobName,
      namespace: request.namespace,
      labels,
      annotations: marksAtCreation(request, plan.agentName, at),
    },
    spec: {
      suspend: suspended,
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      ttlSecondsAfterFinished: Math.max(config.ttlSecondsAfterFinished, unconcludedTtl),
      ...(config.timeoutSec > 0 ? { activeDeadlineSeconds: config.timeoutSec } : {}),
      podFailurePolicy: {
        rules: [{ action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      template: podTemplate(plan, labels),
    },
  };
}

/** Labels of the Job and its pod. The agent's own come first: ours can't be taken. */
function labelsOf({ request, companyId, config }: RunPlan): Record<string, string> {
  const ids: [string, string | undefined][] = [
    [label.agentId, request.agentLabel],
    [label.runId, request.runId],
    [label.companyId, companyId],
    [label.taskId, request.taskId],
    [label.sessionId, request.sessionId],
  ];
  return {
    ...config.labels,
    [label.managedBy]: 'paperclip',
    [label.component]: 'agent-job',
    [label.adapterType]: adapterType,
    ...Object.fromEntries(
      ids.flatMap(([name, id]) => {
        const value = id === undefined ? undefined : labelValue(id);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}
