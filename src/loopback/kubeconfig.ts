import { KubeConfig } from '@kubernetes/client-node';

/** What a client needs to reach a loopback API. Without skipTLSVerify the library refuses plain http. */
export function kubeconfigFor(url: string, namespace = 'default'): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'loopback', server: url, skipTLSVerify: true }],
    users: [{ name: 'loopback' }],
    contexts: [{ name: 'loopback', cluster: 'loopback', user: 'loopback', namespace }],
    currentContext: 'loopback',
  });
  return config;
}
