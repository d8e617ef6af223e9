import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { place, volume } from './place.ts';
import type { RunPlan } from './plan.ts';

export interface Volumes {
  volumes: V1Volume[];
  /** Of the agent's container. */
  agent: V1VolumeMount[];
  /** Of the init container. */
  init: V1VolumeMount[];
}

/** The shared volume, or an empty home where there is none; the input; the Secret, seen by the init container only. */
export function volumesOf({ inherited }: RunPlan, secretName: string | undefined): Volumes {
  const shared = inherited?.sharedVolume;
  const extra = inherited?.secretVolumes ?? [];
  const input = { name: volume.input, mountPath: place.input };
  return {
    volumes: [
      shared === undefined
        ? { name: volume.home, emptyDir: {} }
        : { name: volume.home, persistentVolumeClaim: { claimName: shared.claim } },
      { name: volume.input, emptyDir: { sizeLimit: '64Mi' } },
      ...(secretName === undefined ? [] : [{ name: volume.secret, secret: { secretName, defaultMode: 0o440 } }]),
      ...extra.map((one) => one.volume),
    ],
    agent: [
      {
        name: volume.home,
        mountPath: place.home,
        ...(shared?.subPath === undefined ? {} : { subPath: shared.subPath }),
      },
      input,
      ...extra.map((one) => one.mount),
    ],
    init: [
      input,
      ...(secretName === undefined ? [] : [{ name: volume.secret, mountPath: place.secret, readOnly: true }]),
    ],
  };
}
