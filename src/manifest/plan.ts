import type {
  V1EnvFromSource,
  V1EnvVar,
  V1LocalObjectReference,
  V1PodDNSConfig,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import type { RunRequest } from '../run/request.ts';
import type { AdapterConfig } from './config.ts';
import type { Delivery } from './delivery.ts';

/** What a Job inherits from the pod that Paperclip runs in. */
export interface Inherited {
  podName: string;
  nodeName: string | undefined;
  image: string | undefined;
  imagePullSecrets: readonly V1LocalObjectReference[];
  dnsPolicy: string | undefined;
  dnsConfig: V1PodDNSConfig | undefined;
  /** The claim mounted at /paperclip. */
  sharedVolume: { claim: string; subPath: string | undefined; readWriteOnce: boolean } | undefined;
  secretVolumes: readonly { volume: V1Volume; mount: V1VolumeMount }[];
  env: readonly V1EnvVar[];
  envFrom: readonly V1EnvFromSource[];
  /** What could not be inherited, or only with a doubt. */
  warnings: readonly string[];
}

/** One run with everything that its Job is built from. */
export interface RunPlan {
  request: RunRequest;
  config: AdapterConfig;
  prompt: string;
  /** Text of `instructionsFilePath`, appended to the system prompt (not on resume). */
  instructions: string | undefined;
  /** Claude Code's `--settings`, JSON. */
  settings: string | undefined;
  /** Directories in the pod, besides the working directory, that the agent's tools may use: its skills. */
  addDirs: readonly string[];
  /** The agent's image: configured, or that of our own pod. */
  image: string;
  delivery: Delivery;
  agentName: string | undefined;
  companyId: string | undefined;
  inherited: Inherited | undefined;
  /** PAPERCLIP_* of this run, not secret. */
  env: Readonly<Record<string, string>>;
  /** Run tokens: always by Secret. */
  secretEnv: Readonly<Record<string, string>>;
}
