import { randomUUID } from 'node:crypto';
import type { Clock } from '../../engine/clock.ts';
import { currentHolder } from '../../engine/holder.ts';
import type { Cluster } from '../../kubernetes/cluster.ts';
import { selfPod } from '../../kubernetes/self-pod.ts';
import type { AdapterConfig } from '../../manifest/config.ts';
import { buildJob } from '../../manifest/job.ts';
import { prepareRun } from '../../prepare/prepare.ts';
import { isTransient } from '../../run/answer.ts';
import type { Check } from './check.ts';

export interface JobCheckInput {
  cluster: Cluster;
  config: AdapterConfig;
  defaultNamespace: string | undefined;
  clock: Clock;
  env: NodeJS.ProcessEnv;
}

/** Who asks has no agent and no task: such names can only be seen in the API's own audit log. */
const nobody = 'environment-test';

/**
 * Shows the API the very Job that a run of this configuration would be, as a dry run: admission webhooks, policies and the
 * rules for each field have their say, and nothing is made. The pod is made later and by another: what is refused
 * there shows only in a run.
 */
export async function checkJob({ cluster, config, defaultNamespace, clock, env }: JobCheckInput): Promise<Check[]> {
  const run = {
    ...{ runId: randomUUID(), agentId: nobody, taskId: nobody, prompt: nobody, config, start: { as: 'new' as const } },
    ...{ agentName: undefined, companyId: undefined, sessionId: undefined, traceparent: undefined },
    ...{ env: {}, secretEnv: { PAPERCLIP_API_KEY: nobody } },
  };
  const prepared = await prepareRun({ run, cluster, holder: currentHolder(selfPod(env)), defaultNamespace, env });
  // What stands in the way of it is told by the other checks.
  if (!prepared.ok) return [];
  const { plan, warnings } = prepared;
  const told = warnings.map((message): Check => ({ code: 'job', level: 'warn', message }));
  const job = buildJob({ plan, suspended: true, at: clock.now() });
  return [...told, ...said(await cluster.tryJob(plan.request.namespace, job))];
}

function said(answer: Awaited<ReturnType<Cluster['tryJob']>>): Check[] {
  if (!answer.ok) {
    const { fault } = answer;
    if (isTransient(fault)) {
      return [
        { code: 'job', level: 'info', message: `whether the API takes such a Job is not known: ${fault.message}` },
      ];
    }
    const message = `the API refuses the Job of such a run: ${fault.message}`;
    const hint = 'correct the configuration, or the policy or quota that it names: until then every run fails';
    return [{ code: 'job', level: 'error', message, hint }];
  }
  if (answer.value.length === 0) {
    return [{ code: 'job', level: 'info', message: 'the API takes the Job of such a run (asked as a dry run)' }];
  }
  return answer.value.map((text) => ({ code: 'job', level: 'warn', message: `the API warns of such a Job: ${text}` }));
}
