import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { createCluster } from '../../src/kubernetes/client.ts';
import { wayTo } from '../../src/prepare/prepare.ts';
import { ManualClock } from '../loopback/manual-clock.ts';

async function faultAt(server: string) {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: false }, { name: 'u' });
  const cluster = createCluster({ config, clock: new ManualClock() });
  const answer = await cluster.version();
  await cluster.close();
  if (answer.ok) throw new Error('it answered');
  return answer.fault;
}

test('an address with http, as of kubectl proxy, is what the kubeconfig has to allow', async () => {
  const fault = await faultAt('http://127.0.0.1:1');
  expect(wayTo(fault)).toMatch(/http: set insecure-skip-tls-verify: true/);
});

test('where nobody listens the address is to be looked at', async () => {
  expect(wayTo(await faultAt('https://127.0.0.1:1'))).toBe('check the address, the network and the kubeconfig');
});
