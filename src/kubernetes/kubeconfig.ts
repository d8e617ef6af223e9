import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

const account = '/var/run/secrets/kubernetes.io/serviceaccount';

export type Loaded = { ok: true; config: KubeConfig; namespace: string | undefined } | { ok: false; error: string };

/**
 * The kubeconfig named, else that of KUBECONFIG, else ~/.kube/config, else the service account of our own pod. Every
 * error names the file and what to do.
 */
export function loadKubeConfig(path: string | undefined, env: NodeJS.ProcessEnv): Loaded {
  const home = join(env.HOME ?? homedir(), '.kube', 'config');
  if (path) return fromFile(path, 'kubeconfig');
  if (env.KUBECONFIG) return fromFile(env.KUBECONFIG, 'KUBECONFIG');
  if (existsSync(home)) return fromFile(home, '~/.kube/config');
  if (env.KUBERNETES_SERVICE_HOST && existsSync(`${account}/token`)) return fromAccount();
  const next = 'set KUBECONFIG, or the configuration key kubeconfig, to the file of the cluster to use';
  return { ok: false, error: `no cluster: there is no KUBECONFIG, no ~/.kube/config and no service account; ${next}` };
}

function fromFile(file: string, origin: string): Loaded {
  const config = new KubeConfig();
  try {
    const files = origin === 'KUBECONFIG' ? file.split(':').filter(Boolean) : [file];
    config.loadFromFile(files[0] ?? file);
    for (const more of files.slice(1)) {
      const other = new KubeConfig();
      other.loadFromFile(more);
      config.mergeConfig(other, true);
    }
  } catch (error) {
    return { ok: false, error: `${origin}: ${file} can not be read as a kubeconfig: ${firstLine(error)}` };
  }
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) {
    const known = config.getContexts().map(({ name }) => name);
    const what = `its current context ${JSON.stringify(config.getCurrentContext() ?? '')} names no cluster`;
    return { ok: false, error: `${origin}: ${file}: ${what} (contexts there: ${known.join(', ') || 'none'})` };
  }
  if (!URL.canParse(server)) return { ok: false, error: `${origin}: ${file}: the server ${server} is not a URL` };
  return { ok: true, config, namespace: config.getContextObject(config.getCurrentContext())?.namespace };
}

function fromAccount(): Loaded {
  const config = new KubeConfig();
  config.loadFromCluster();
  return { ok: true, config, namespace: readFileSync(`${account}/namespace`, 'utf8').trim() || undefined };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
