import type { V1Affinity, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import { claudeContainer, promptContainer } from './containers.ts';
import type { RunPlan } from './plan.ts';
import { volumesOf } from './volumes.ts';

/** Against drains that have a choice. A node's death, a preemption and the eviction API do not ask. An annotation of the configuration wins. */
const undisturbed = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
};

export function podTemplate(plan: RunPlan, labels: Record<string, string>): V1PodTemplateSpec {
  const annotations = { ...(plan.config.protectFromDisruption ? undisturbed : {}), ...plan.config.podAnnotations };
  return { metadata: { labels, annotations }, spec: podSpec(plan) };
}

function podSpec(plan: RunPlan): V1PodSpec {
  const { config, inherited, request } = plan;
  const volumes = volumesOf(plan, plan.delivery.by === 'secret' ? request.jobName : undefined);
  const affinity = affinityOf(plan);
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 20,
    ...(config.serviceAccountName === undefined
      ? { automountServiceAccountToken: false }
      : { serviceAccountName: config.serviceAccountName, automountServiceAccountToken: true }),
    ...(config.priorityClassName === undefined ? {} : { priorityClassName: config.priorityClassName }),
    ...(inherited === undefined || inherited.imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: [...inherited.imagePullSecrets] }),
    ...(inherited?.dnsPolicy === undefined ? {} : { dnsPolicy: inherited.dnsPolicy }),
    ...(inherited?.dnsConfig === undefined ? {} : { dnsConfig: inherited.dnsConfig }),
    ...(Object.keys(config.nodeSelector).length === 0 ? {} : { nodeSelector: { ...config.nodeSelector } }),
    ...(config.tolerations.length === 0 ? {} : { tolerations: config.tolerations.map((one) => ({ ...one })) }),
    ...(affinity === undefined ? {} : { affinity }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [promptContainer(plan, volumes)],
    containers: [claudeContainer(plan, volumes)],
    volumes: volumes.volumes,
  };
}

/** A ReadWriteOnce claim is mounted on one node only: the agent has to go where Paperclip is. */
function affinityOf({ inherited }: RunPlan): V1Affinity | undefined {
  if (inherited?.sharedVolume?.readWriteOnce !== true || inherited.nodeName === undefined) return undefined;
  const here = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [inherited.nodeName] }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [here] } } };
}
