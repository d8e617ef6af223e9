import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { V1EnvFromSource, V1EnvVar, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { place } from '../manifest/place.ts';
import type { Inherited } from '../manifest/plan.ts';
import type { Answer } from '../run/answer.ts';
import type { Cluster } from './cluster.ts';

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/**
 * The pod this process runs in, if any: its name is the host name unless CLAUDE_K8S_POD_NAME says otherwise (host
 * network), its namespace that of its service account unless CLAUDE_K8S_POD_NAMESPACE does.
 */
export function selfPod(env: NodeJS.ProcessEnv): { namespace: string; name: string } | undefined {
  const namespace =
    env.CLAUDE_K8S_POD_NAMESPACE ||
    (env.KUBERNETES_SERVICE_HOST && existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '');
  return namespace === '' ? undefined : { namespace, name: env.CLAUDE_K8S_POD_NAME || hostname() };
}

/** What a Job in `namespace` inherits from our own pod; the container named `paperclip`, else the first. */
export async function inheritFrom(
  cluster: Pick<Cluster, 'readPodRaw' | 'readClaimRaw'>,
  self: { namespace: string; name: string },
  namespace: string = self.namespace,
): Promise<Answer<Inherited>> {
  const answer = await cluster.readPodRaw(self.namespace, self.name);
  if (!answer.ok) return answer;
  const { spec } = answer.value;
  const container = spec?.containers.find(({ name }) => name === 'paperclip') ?? spec?.containers[0];
  const mounts = container?.volumeMounts ?? [];
  const volumes = spec?.volumes ?? [];
  const shared = await sharedVolume(cluster, namespace, mounts, volumes);
  if (!shared.ok) return shared;
  const value: Inherited = {
    podName: self.name,
    nodeName: spec?.nodeName,
    image: container?.image,
    imagePullSecrets: spec?.imagePullSecrets ?? [],
    dnsPolicy: spec?.dnsPolicy,
    dnsConfig: spec?.dnsConfig,
    sharedVolume: shared.value.volume,
    secretVolumes: secretVolumes(mounts, volumes),
    env: podIndependent(container?.env ?? []),
    envFrom: optional(container?.envFrom ?? []),
    warnings: shared.value.warnings,
  };
  return { ...answer, value };
}

interface SharedVolume {
  volume: Inherited['sharedVolume'];
  warnings: string[];
}

/** The claim is looked up where the Job will be: a claim of the same name is another one in another namespace. */
async function sharedVolume(
  cluster: Pick<Cluster, 'readClaimRaw'>,
  namespace: string,
  mounts: readonly V1VolumeMount[],
  volumes: readonly V1Volume[],
): Promise<Answer<SharedVolume>> {
  const mount = mounts.find(({ mountPath }) => mountPath.replace(/\/+$/, '') === place.home);
  const claim = volumes.find(({ name }) => name === mount?.name)?.persistentVolumeClaim?.claimName;
  const found = (volume: Inherited['sharedVolume'], ...warnings: string[]): Answer<SharedVolume> => ({
    ok: true,
    value: { volume, warnings },
    serverTime: undefined,
  });
  if (mount === undefined || claim === undefined) return found(undefined);
  const volume = { claim, subPath: mount.subPath, readWriteOnce: true };
  const named = `the claim ${claim} at ${place.home}`;
  const answer = await cluster.readClaimRaw(namespace, claim);
  if (answer.ok) {
    const modes = answer.value.spec?.accessModes ?? [];
    // One node may mount it unless some mode says that many may.
    const readWriteOnce = !modes.includes('ReadWriteMany');
    if (!modes.includes('ReadWriteOncePod')) return found({ ...volume, readWriteOnce });
    return found(volume, `${named} is ReadWriteOncePod: no second pod can mount it, so the agent will never start`);
  }
  switch (answer.fault.kind) {
    case 'forbidden':
      return found(
        volume,
        `${named} can not be read (${answer.fault.message}); it is taken for ReadWriteOnce, so the agent goes to Paperclip's own node`,
      );
    case 'not_found':
      // An agent without its volume would lose its sessions without a word: it is said, and the pod waits for the claim.
      return found(
        { ...volume, readWriteOnce: false },
        `${named} is not in the namespace ${namespace}: the agent can not start without it`,
      );
    default:
      return answer;
  }
}

/** Secrets that Paperclip's pod mounts are mounted alike, read-only; one that is missing in the agent's namespace is left out. */
function secretVolumes(mounts: readonly V1VolumeMount[], volumes: readonly V1Volume[]): Inherited['secretVolumes'] {
  return mounts.flatMap((mount) => {
    const volume = volumes.find(({ name }) => name === mount.name);
    if (volume?.secret === undefined) return [];
    return [
      { volume: { ...volume, secret: { ...volume.secret, optional: true } }, mount: { ...mount, readOnly: true } },
    ];
  });
}

/** A field of our own pod or a limit of our own container means nothing in another. */
function podIndependent(env: readonly V1EnvVar[]): V1EnvVar[] {
  return env.filter(({ valueFrom }) => valueFrom?.fieldRef === undefined && valueFrom?.resourceFieldRef === undefined);
}

function optional(sources: readonly V1EnvFromSource[]): V1EnvFromSource[] {
  return sources.map(({ prefix, configMapRef, secretRef }) => ({
    ...(prefix === undefined ? {} : { prefix }),
    ...(configMapRef === undefined ? {} : { configMapRef: { ...configMapRef, optional: true } }),
    ...(secretRef === undefined ? {} : { secretRef: { ...secretRef, optional: true } }),
  }));
}
