import { apply, kubectl } from './tools.ts';

/** A pod as Paperclip's own: what runs are to inherit. It need not run. */
export async function hostPod(
  name: string,
  container: Record<string, unknown>,
  claimName: string | undefined,
  where: string,
) {
  const mounts = claimName === undefined ? [] : [{ name: 'data', mountPath: '/paperclip' }];
  const volumes = claimName === undefined ? [] : [{ name: 'data', persistentVolumeClaim: { claimName } }];
  const nodes = JSON.parse(await kubectl('get', 'nodes', '-o', 'json'));
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: where },
    spec: {
      nodeName: nodes.items[0].metadata.name,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: 'paperclip', image: 'busybox:1.36', command: ['sleep', '3600'], volumeMounts: mounts, ...container },
      ],
      volumes,
    },
  });
  return { namespace: where, name };
}

/** A claim that any pod of the node can mount, on a folder of the node. */
export async function claim(name: string, where: string): Promise<void> {
  const volumeName = `e2e-${where}-${name}`;
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
  const path = `/var/tmp/${volumeName}`;
  await apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName },
    spec: {
      ...spec,
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'e2e',
      hostPath: { path, type: 'DirectoryOrCreate' },
      claimRef: { namespace: where, name },
    },
  });
  await apply({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: where },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'e2e',
      volumeName,
    },
  });
}

/** Those of an earlier run of the tests. */
export async function removeVolumes(): Promise<void> {
  const volumes = await kubectl('get', 'pv', '-o', 'name');
  const own = volumes.split('\n').filter((name) => name.includes('/e2e-'));
  if (own.length > 0) await kubectl('delete', '--wait=false', ...own);
}
