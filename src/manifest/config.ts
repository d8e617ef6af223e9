/** The parsed configuration of one run. The parser, the defaults and the documentation come from the list of options in config/options.ts. */
export interface AdapterConfig {
  model: string | undefined;
  effort: string | undefined;
  maxTurnsPerRun: number;
  dangerouslySkipPermissions: boolean;
  instructionsFilePath: string | undefined;
  promptTemplate: string | undefined;
  bootstrapPromptTemplate: string | undefined;
  extraArgs: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string | undefined;
  namespace: string | undefined;
  image: string | undefined;
  imagePullPolicy: 'IfNotPresent' | 'Always' | 'Never';
  kubeconfig: string | undefined;
  serviceAccountName: string | undefined;
  resources: { requests: { cpu: string; memory: string }; limits: { cpu: string; memory: string } };
  nodeSelector: Readonly<Record<string, string>>;
  tolerations: readonly {
    key?: string;
    operator?: string;
    value?: string;
    effect?: string;
    tolerationSeconds?: number;
  }[];
  labels: Readonly<Record<string, string>>;
  ttlSecondsAfterFinished: number;
  retainJobs: boolean;
  reattachOrphanedJobs: boolean;
  timeoutSec: number;
  graceSec: number;
  enableRtk: boolean;
  rtkMaxOutputBytes: number;
  scheduleTimeoutSec: number;
  logGraceSec: number;
  exitAfterResultSec: number;
  stallTimeoutSec: number;
  continueAfterAdoption: boolean;
  claudeConfigDir: 'shared' | 'agent';
  podAnnotations: Readonly<Record<string, string>>;
  protectFromDisruption: boolean;
  priorityClassName: string | undefined;
  initImage: string;
  recordIncidents: 'failures' | 'all' | 'off';
  incidentDir: string | undefined;
  telemetry: { claudeCode: boolean };
}
