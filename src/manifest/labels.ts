/** Names that other processes and builds rely on: never change one. */
export const label = {
  managedBy: 'app.kubernetes.io/managed-by',
  component: 'app.kubernetes.io/component',
  agentId: 'paperclip.io/agent-id',
  runId: 'paperclip.io/run-id',
  companyId: 'paperclip.io/company-id',
  taskId: 'paperclip.io/task-id',
  sessionId: 'paperclip.io/session-id',
  adapterType: 'paperclip.io/adapter-type',
} as const;

export const annotation = {
  agentName: 'paperclip.io/agent-name',
  traceparent: 'paperclip.io/traceparent',
  adapterVersion: 'paperclip.io/adapter-version',
  promptHash: 'paperclip.io/prompt-sha256',
  taskId: 'paperclip.io/task-id-raw',
  sessionId: 'paperclip.io/session-id-raw',
  /** JSON: host, pod, podNamespace, bootId, pid. */
  holder: 'paperclip.io/holder',
  renewedAt: 'paperclip.io/holder-renewed-at',
  releasedAt: 'paperclip.io/holder-released-at',
  admittedAt: 'paperclip.io/admitted-at',
  /** JSON: runId, verdict, at. */
  concluded: 'paperclip.io/concluded',
  /** JSON: actor, reason, runId, at. Set before our own delete, so that "external" can only mean external. */
  deletion: 'paperclip.io/deletion',
} as const;

export const adapterType = 'claude_k8s';
/** All Jobs and pods of this adapter and of its predecessor. */
export const fleetSelector = `${label.adapterType}=${adapterType}`;
