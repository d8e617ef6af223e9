export interface CauseClass {
  /** Why it happened, as a clause of a message. */
  title: string;
  meaning: string;
  /** What to do; it is preferred to the remedy of the code. */
  remedy: string;
}

/** Why a run failed, orthogonal to the code. Names are permanent. */
export const causes = {
  oom_killed: {
    title: 'the container exceeded its memory limit and was killed',
    meaning: 'The container runtime itself gives OOMKilled as the reason. Exit code 137 alone never proves it.',
    remedy: 'Raise resources.limits.memory, or let the agent do less at once.',
  },
  evicted: {
    title: 'the kubelet evicted the pod',
    meaning: 'The node ran short of memory or disk, or the pod exceeded its ephemeral storage or an emptyDir limit.',
    remedy: 'Read the eviction message; raise the storage or memory requests, or free the node.',
  },
  preempted: {
    title: 'the pod made room for one of higher priority',
    meaning: 'The scheduler or the kubelet preempted the pod.',
    remedy: 'Set priorityClassName, or add capacity; then run again.',
  },
  node_lost: {
    title: 'its node was lost',
    meaning:
      'The node was seen NotReady before its pod was removed, or the pod was collected because its node is gone.',
    remedy:
      'Look at the node; if it comes back, check for a process that still writes to the shared volume; then run again.',
  },
  node_shutdown: {
    title: 'its node was shut down',
    meaning: 'The kubelet ended the pod because the machine was going down in an orderly way.',
    remedy: 'Run again; keep agents off nodes that are about to be replaced.',
  },
  evicted_by_api: {
    title: 'the pod was evicted through the eviction API',
    meaning: 'A drain, an autoscaler or a descheduler asked for it.',
    remedy: 'Run again; keep protectFromDisruption on, and drain nodes when no agent is on them.',
  },
  tainted: {
    title: 'a taint on its node removed the pod',
    meaning: 'The taint manager deleted the pod, and the node was not seen NotReady before.',
    remedy: 'Find who tainted the node; add a toleration or run again elsewhere.',
  },
  deleted_by_other: {
    title: 'another client deleted it',
    meaning: 'A delete without any mark of ours. Who it was only the audit log of the API server can tell.',
    remedy: "Search the API server's audit log for the delete; then run again.",
  },
  ttl_expired: {
    title: 'the TTL of the finished Job expired',
    meaning: 'The Job had a finished condition and a TTL: the TTL controller removes such Jobs.',
    remedy: 'Find who lowered ttlSecondsAfterFinished; it is long until a run is concluded.',
  },
  deadline_exceeded: {
    title: 'its time was over',
    meaning: 'timeoutSec, or activeDeadlineSeconds of the Job or the pod, passed.',
    remedy: 'Raise timeoutSec, or give the agent a smaller task.',
  },
  sigterm: {
    title: 'something stopped the process with SIGTERM',
    meaning: 'Exit code 143: a deleted pod, or a signal from inside. Nothing proves more.',
    remedy: 'Look for who deletes pods in the namespace (events, audit log); then run again.',
  },
  sigkill: {
    title: 'something killed the process with SIGKILL, and the runtime does not call it an OOM kill',
    meaning: 'Exit code 137 without the reason OOMKilled.',
    remedy: "Look at the node's kernel log and at who may signal the process; then run again.",
  },
  crash: {
    title: 'the process ended itself with a non-zero exit code',
    meaning: 'No signal from outside, no memory kill and no disruption is in the evidence.',
    remedy: 'Read the last lines of the output; report it to Claude Code if it recurs; run again.',
  },
  image_pull: {
    title: 'the image cannot be pulled',
    meaning: 'It does not exist, may not be read, its name is invalid, or the registry does not answer.',
    remedy: 'Correct image or the pull secrets, and check that the node reaches the registry.',
  },
  volume: {
    title: 'a volume cannot be bound or mounted',
    meaning: 'A claim is missing or unbound, its node affinity does not fit, or a mount fails.',
    remedy: 'Look at the PersistentVolumeClaim and at the FailedMount events.',
  },
  unschedulable: {
    title: 'no node takes the pod',
    meaning: 'The scheduler found no node that fits, or the kubelet of the node refused the pod.',
    remedy: 'Free capacity, lower resources.requests, or relax nodeSelector and tolerations.',
  },
  config_error: {
    title: 'what was configured cannot work',
    meaning: 'A missing Secret or key, a pod that an admission rule denies, or an argument that Claude does not know.',
    remedy: 'Correct what the message names.',
  },
  init_failed: {
    title: 'an init container failed',
    meaning: 'The prompt could not be written before Claude was to start.',
    remedy: 'Read the log of the init container; check initImage and the permissions of the volume.',
  },
  quota: {
    title: 'a resource quota of the namespace is used up',
    meaning: 'The API server refused the object because of a ResourceQuota.',
    remedy: 'Free or raise the quota, or lower resources.requests and limits.',
  },
  rbac: {
    title: 'the service account may not do it',
    meaning: 'The API server answered 401 or 403.',
    remedy: 'Grant the verb and resource that the message names.',
  },
  api_unreachable: {
    title: 'the Kubernetes API did not answer',
    meaning: 'Connections failed, or the server answered with errors only, until the bound of the run.',
    remedy: 'Check the API server and the network to it; then run again.',
  },
  log_gap: {
    title: 'part of the log could not be read',
    meaning: 'Lines were rotated away or the pod was gone before they were read: the result may be among them.',
    remedy: "Raise the kubelet's containerLogMaxSize; look for the result in the session files on the shared volume.",
  },
  stalled: {
    title: 'nothing was printed for stallTimeoutSec',
    meaning: 'The process lived and was silent: Claude Code is known to sleep for ever in mid-answer.',
    remedy: 'Run again to resume the session; raise stallTimeoutSec if the agent may be silent for so long.',
  },
  claude_config_corrupt: {
    title: "Claude's configuration file is corrupted",
    meaning: 'Several processes wrote one ~/.claude.json (claude-code#28829).',
    remedy: 'Restore the file from its backup, and set claudeConfigDir to agent.',
  },
  unknown: {
    title: 'the evidence does not say why',
    meaning: 'No observation proves any cause. A wrong answer would be worse.',
    remedy: 'Look at the pod, its events and its node.',
  },
} as const satisfies Record<string, CauseClass>;

export type Cause = keyof typeof causes;
