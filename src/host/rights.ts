/** One verb that the adapter uses, in the Jobs' namespace or, `of` the cluster, everywhere. */
export interface Right {
  verb: string;
  resource: string;
  group?: 'batch';
  of?: 'cluster';
  /** What it is for. */
  why: string;
  /** What is lost without it; undefined where nothing works without it. */
  without?: string;
  /** Whether its absence is worth a word in the check of the environment. */
  told: boolean;
}

/** Every right, once: the check of the environment asks for them, and the Roles of `deploy/rbac` grant them. */
export const rights: readonly Right[] = [
  { verb: 'create', resource: 'jobs', group: 'batch', why: 'a Job for each run', told: true },
  {
    verb: 'get',
    resource: 'jobs',
    group: 'batch',
    why: 'to look directly whether a Job that vanished is gone',
    without: 'only the watch can show that a Job that vanished is gone',
    told: true,
  },
  {
    verb: 'list',
    resource: 'jobs',
    group: 'batch',
    why: 'to see what else of the agent lives, before a Job is made',
    told: true,
  },
  {
    verb: 'delete',
    resource: 'jobs',
    group: 'batch',
    why: 'its own Job, when the run is over or cancelled',
    without: 'Jobs are left to their time-to-live, and a cancelled run goes on until its container ends',
    told: true,
  },
  {
    verb: 'patch',
    resource: 'jobs',
    group: 'batch',
    why: 'the mark of its holder, and the adoption of a Job that a process left',
    without: 'no adoption, and admission is per process only',
    told: true,
  },
  {
    verb: 'watch',
    resource: 'jobs',
    group: 'batch',
    why: 'one stream for all runs of a namespace',
    without: 'Jobs are polled',
    told: true,
  },
  { verb: 'list', resource: 'pods', why: "the agent's pod, and how its container ended", told: true },
  {
    verb: 'watch',
    resource: 'pods',
    why: 'the same without asking again and again',
    without: 'pods are polled',
    told: true,
  },
  { verb: 'get', resource: 'pods/log', why: 'the output of the agent', told: true },
  {
    verb: 'create',
    resource: 'secrets',
    why: 'tokens and prompts that are too large for a Job, owned by it',
    without: 'no token and no large prompt reaches an agent: such runs fail',
    told: true,
  },
  {
    verb: 'list',
    resource: 'events',
    why: 'why a pod does not start',
    without: 'reasons for not starting are less precise',
    told: true,
  },
  {
    verb: 'get',
    resource: 'pods',
    why: "Paperclip's own pod, of which agents inherit image, volume and environment",
    without: 'agents inherit nothing, and a run in a pod is refused',
    told: false,
  },
  {
    verb: 'get',
    resource: 'persistentvolumeclaims',
    why: 'whether the shared volume may be mounted on several nodes',
    without: 'the shared volume is taken for ReadWriteOnce',
    told: false,
  },
  {
    verb: 'list',
    resource: 'resourcequotas',
    why: 'whether a quota has room, in the check of the environment',
    without: 'the check can not say',
    told: false,
  },
  {
    verb: 'get',
    resource: 'namespaces',
    why: 'whether the namespace of the Jobs is there, in the check of the environment',
    without: 'the check can not say',
    told: false,
  },
  {
    verb: 'get',
    resource: 'nodes',
    of: 'cluster',
    why: 'whether a node was lost',
    without: 'a lost node is told as a taint',
    told: false,
  },
];
