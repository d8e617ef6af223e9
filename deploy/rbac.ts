import { type Right, rights } from '../src/host/rights.ts';

/** A Role, and what it leaves out. */
export interface Variant {
  file: string;
  about: string;
  leavesOut(right: Right): boolean;
}

export const variants: readonly Variant[] = [
  { file: 'full.yaml', about: 'Everything that the adapter can use.', leavesOut: () => false },
  {
    file: 'without-watch.yaml',
    about: 'Where watching is not allowed: Jobs and pods are listed every 2 s instead, which is said once in a run.',
    leavesOut: ({ verb }) => verb === 'watch',
  },
  {
    file: 'without-secrets.yaml',
    about:
      'Where the adapter may make no Secrets: prompts of up to 96 KiB work. A run with a token or a larger prompt is refused before its agent starts; a server with PAPERCLIP_AGENT_JWT_SECRET gives every run a token.',
    leavesOut: ({ resource }) => resource === 'secrets',
  },
  {
    file: 'without-patch.yaml',
    about:
      'Where Jobs may not be patched: a Job that a process left is not taken over, two processes may run one agent at once, and who deleted a Job is known less well.',
    leavesOut: ({ verb }) => verb === 'patch',
  },
];

const name = 'paperclip';
const rbac = 'rbac.authorization.k8s.io';

/** The text of one file: an account, its Role with a reason for each verb, and what binds them. */
function rbacFile({ about, leavesOut }: Variant): string {
  const granted = rights.filter((right) => right.of === undefined && !leavesOut(right));
  const resources = [...new Set(granted.map(({ resource }) => resource))];
  const rules = resources.map((resource) => ruleOf(granted.filter((right) => right.resource === resource)));
  return `# ${about}
# Made of src/host/rights.ts by npm run derive.
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${name}
---
apiVersion: ${rbac}/v1
kind: Role
metadata:
  name: ${name}
rules:
${rules.join('')}---
apiVersion: ${rbac}/v1
kind: RoleBinding
metadata:
  name: ${name}
roleRef:
  apiGroup: ${rbac}
  kind: Role
  name: ${name}
subjects:
  - kind: ServiceAccount
    name: ${name}
`;
}

function ruleOf(granted: readonly Right[]): string {
  const [{ resource = '', group = '' } = {}] = granted;
  const reasons = granted.map(({ verb, why, without }) => `  # ${verb}: ${why}${without ? ` (else: ${without})` : ''}\n`);
  const verbs = granted.map(({ verb }) => verb).join(', ');
  return `${reasons.join('')}  - apiGroups: ['${group}']
    resources: [${resource}]
    verbs: [${verbs}]
`;
}

/** What is of the cluster needs an administrator: a file of its own, which may be left out. */
function nodesFile(): string {
  const granted = rights.filter(({ of }) => of === 'cluster');
  return `# May be left out: an administrator of the cluster has to grant it.
# Made of src/host/rights.ts by npm run derive.
apiVersion: ${rbac}/v1
kind: ClusterRole
metadata:
  name: ${name}-nodes
rules:
${ruleOf(granted)}---
apiVersion: ${rbac}/v1
kind: ClusterRoleBinding
metadata:
  name: ${name}-nodes
roleRef:
  apiGroup: ${rbac}
  kind: ClusterRole
  name: ${name}-nodes
subjects:
  - kind: ServiceAccount
    name: ${name}
    namespace: ${name}
`;
}

/** The files of `deploy/rbac`, by name. */
export function rbacFiles(): Map<string, string> {
  return new Map([...variants.map((variant) => [variant.file, rbacFile(variant)] as const), ['nodes.yaml', nodesFile()]]);
}
