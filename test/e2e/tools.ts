import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the tests need of their surroundings; anything missing ends them with what it is and how to get it. */
export interface Surroundings {
  kubeconfig: string;
  /** The script that starts and breaks the parts of a cluster on this machine; undefined on any other cluster. */
  cluster: string | undefined;
  /** Image with the real Claude Code. */
  agentImage: string;
  /** Image whose `claude` runs the shell script in FAKE_CLAUDE. */
  fakeImage: string;
  /** Base URL of the scripted Messages API as the pods reach it. */
  messagesApi: string;
}

export function surroundings(env = process.env): Surroundings {
  const tools = env.CLAUDE_K8S_E2E_TOOLS;
  const cluster = tools === undefined ? undefined : join(tools, 'cluster', 'cluster');
  const kubeconfig = env.KUBECONFIG;
  const missing = [
    ...(kubeconfig === undefined ? ['KUBECONFIG: the kubeconfig of a cluster to use (kind, k3d, a real one)'] : []),
    ...(cluster !== undefined && !existsSync(cluster) ? [`CLAUDE_K8S_E2E_TOOLS: ${cluster} is not there`] : []),
  ];
  if (missing.length > 0 || kubeconfig === undefined) {
    throw new Error(`the end-to-end tests need:\n- ${missing.join('\n- ')}\nSee test/e2e/README.md.`);
  }
  return {
    kubeconfig,
    cluster,
    agentImage: env.CLAUDE_K8S_E2E_AGENT_IMAGE ?? 'registry.local/agent:1',
    fakeImage: env.CLAUDE_K8S_E2E_FAKE_IMAGE ?? 'registry.local/fake-agent:1',
    messagesApi: env.CLAUDE_K8S_E2E_MESSAGES_API ?? 'http://198.18.0.1:8700',
  };
}

/** Runs kubectl and gives its output; throws with its words. */
export async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await run('kubectl', args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

export async function kubectlJson(...args: string[]): Promise<Record<string, never>> {
  return JSON.parse(await kubectl(...args, '-o', 'json'));
}

export async function apply(manifest: unknown, ...args: string[]): Promise<void> {
  const child = spawn('kubectl', ['apply', '-f', '-', ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let words = '';
  child.stderr.on('data', (chunk) => {
    words += chunk;
  });
  child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`kubectl apply: ${words}`))));
  child.stdin.end(JSON.stringify(manifest));
  return promise;
}

/** Breaks or mends a part of the cluster: only where the cluster is of this machine. */
export async function clusterTool(...args: string[]): Promise<void> {
  const { cluster } = surroundings();
  if (cluster === undefined) {
    throw new Error(
      'this incident needs CLAUDE_K8S_E2E_TOOLS: the folder with cluster/cluster, which breaks parts of a cluster',
    );
  }
  await run(cluster, args);
}

/** SIGKILL to a container's first process, which nothing inside can send: only where the node is this machine. */
export async function killOnNode(commandLine: string): Promise<void> {
  if (surroundings().cluster === undefined) {
    throw new Error('this incident needs CLAUDE_K8S_E2E_TOOLS and a node on this machine, whose processes it kills');
  }
  await run('pkill', ['-KILL', '-f', commandLine]);
}

/** Waits until `check` gives something, asking again and again; the wait is for the condition, the bound for the broken case. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not seen within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
