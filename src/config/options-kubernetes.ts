import type { Option } from './option-kind.ts';

const quantity = (of: 'cpu' | 'memory') => ({ is: 'quantity', of }) as const;

/** Where the Job runs and what its pod looks like. */
export const kubernetesOptions = {
  namespace: {
    kind: { is: 'name', shape: 'dns-label' },
    default: undefined,
    group: 'Kubernetes',
    description: "Namespace of the Jobs. Unset: that of Paperclip's own pod, else of the kubeconfig context.",
  },
  image: {
    kind: { is: 'name', shape: 'image' },
    default: undefined,
    group: 'Kubernetes',
    description: "Image with Claude Code. Unset: that of Paperclip's own pod; outside a cluster it must be given.",
  },
  imagePullPolicy: {
    kind: { is: 'choice', of: ['IfNotPresent', 'Always', 'Never'] },
    default: 'IfNotPresent',
    group: 'Kubernetes',
    description: 'When the node pulls the image.',
  },
  initImage: {
    kind: { is: 'name', shape: 'image' },
    default: 'busybox:1.36',
    group: 'Kubernetes',
    description: 'Image of the init container that writes the prompt; needs sh and cp.',
  },
  kubeconfig: {
    kind: { is: 'name', shape: 'path' },
    default: undefined,
    group: 'Kubernetes',
    description: 'Kubeconfig file. Unset: KUBECONFIG, ~/.kube/config, or the service account of the pod.',
  },
  serviceAccountName: {
    kind: { is: 'name', shape: 'dns-subdomain' },
    default: undefined,
    group: 'Kubernetes',
    description: 'Service account of the pod; its token is mounted only when this is set.',
  },
  priorityClassName: {
    kind: { is: 'name', shape: 'dns-subdomain' },
    default: undefined,
    group: 'Kubernetes',
    description: 'Priority class of the pod, against preemption.',
  },
  'resources.requests.cpu': {
    kind: quantity('cpu'),
    default: '1000m',
    group: 'Kubernetes',
    description: 'CPU that the node must have free.',
  },
  'resources.requests.memory': {
    kind: quantity('memory'),
    default: '2Gi',
    group: 'Kubernetes',
    description: 'Memory that the node must have free.',
  },
  'resources.limits.cpu': {
    kind: quantity('cpu'),
    default: '4000m',
    group: 'Kubernetes',
    description: 'CPU above which the agent is slowed down.',
  },
  'resources.limits.memory': {
    kind: quantity('memory'),
    default: '8Gi',
    group: 'Kubernetes',
    description: 'Memory above which the agent is killed.',
  },
  nodeSelector: {
    kind: { is: 'pairs', of: 'labels', reserved: [] },
    default: {},
    group: 'Kubernetes',
    description: 'Labels that the node must have.',
  },
  tolerations: {
    kind: { is: 'tolerations' },
    default: [],
    group: 'Kubernetes',
    description: 'Taints that the pod tolerates: a list of Kubernetes tolerations, or its JSON text.',
  },
  labels: {
    kind: { is: 'pairs', of: 'labels', reserved: ['paperclip.io/', 'app.kubernetes.io/'] },
    default: {},
    group: 'Kubernetes',
    description: 'More labels for Job and pod. The prefixes paperclip.io/ and app.kubernetes.io/ are reserved.',
  },
  podAnnotations: {
    kind: { is: 'pairs', of: 'annotations', reserved: ['paperclip.io/'] },
    default: {},
    group: 'Kubernetes',
    description: 'More annotations for the pod. The prefix paperclip.io/ is reserved.',
  },
  protectFromDisruption: {
    kind: { is: 'boolean' },
    default: true,
    group: 'Kubernetes',
    description: 'Ask cluster autoscaler and Karpenter not to evict the pod.',
  },
} as const satisfies Record<string, Option>;
