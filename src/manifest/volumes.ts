import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { place, volume } from './place.ts';
import type { Inherited, RunPlan } from './plan.ts';

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
  const extra = renamed(inherited?.secretVolumes ?? []);
  const input = { name: volume.input, mountPath: place.input };
  return {
    volumes: [
      shared === undefined
        ? { name: volume.home, emptyDir: {} }
        : { name: volume.home, persistentVolumeClaim: { claimName: shared.claim } },
      { name: volume.input, emptyDir: { sizeLimit: '64Mi' } },
      ...(secretName === undefined ? [] : [{ name: volume.secret, secret: { secretName, defaultMode: 0o440 } }]),
      ...extra.volumes,
    ],
    agent: [
      {
        name: volume.home,
        mountPath: place.home,
        ...(shared?.subPath === undefined ? {} : { subPath: shared.subPath }),
      },
      input,
      ...extra.mounts,
    ],
    init: [
      input,
      ...(secretName === undefined ? [] : [{ name: volume.secret, mountPath: place.secret, readOnly: true }]),
    ],
  };
}

/** Each volume once, however often it is mounted, and under a name that is none of ours. */
function renamed(secrets: Inherited['secretVolumes']): { volumes: V1Volume[]; mounts: V1VolumeMount[] } {
  const byName = new Map(secrets.map(({ volume: one }) => [one.name, one]));
  const names = new Map([...byName.keys()].map((name, index) => [name, `inherited-${index}`]));
  const nameOf = (old: string) => names.get(old) ?? old;
  return {
    volumes: [...byName.values()].map((one) => ({ ...one, name: nameOf(one.name) })),
    mounts: secrets.map(({ mount }) => ({ ...mount, name: nameOf(mount.name) })),
  };
}
