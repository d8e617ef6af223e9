import { apply, kubectl, until } from './tools.ts';

/**
 * Waits until the cluster works again after a part of it was away: its controllers ask the API again after up to a minute,
 * each at its own time. A Job that has run proves the way from the API to the node.
 */
export async function recovered(namespace: string): Promise<void> {
  const metadata = { name: 'probe', namespace };
  await kubectl('-n', namespace, 'delete', 'job', 'probe', '--ignore-not-found', '--wait=true');
  const containers = [{ name: 'probe', image: 'busybox:1.36', command: ['true'] }];
  await apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { template: { spec: { restartPolicy: 'Never', containers } } },
  });
  const get = ['-n', namespace, 'get', 'job', 'probe', '-o', 'jsonpath={.status.succeeded}'];
  await until('a Job that has run', async () => (await kubectl(...get)) === '1', 180);
}
