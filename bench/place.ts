import type { KubeConfig } from '@kubernetes/client-node';
import { type Clock, systemClock } from '../src/engine/clock.ts';
import { loadKubeConfig } from '../src/kubernetes/kubeconfig.ts';
import { JobController } from '../src/loopback/job-controller.ts';
import { kubeconfigFor } from '../src/loopback/kubeconfig.ts';
import type { PodPlay } from '../src/loopback/pod-play.ts';
import { startLoopback } from '../src/loopback/server.ts';

/** What a run's agent does; the same on a real cluster and on the loopback API. */
export interface Part {
  /** Shell script of the stand-in for Claude Code. */
  script: string;
  play(pod: PodPlay, clock: Clock): void;
}

/** A Kubernetes API to run against. */
export interface Place {
  name: string;
  config: KubeConfig;
  namespace: string;
  image: string;
  clock: Clock;
  close(): Promise<void>;
}

export const isRealCluster = process.env.KUBECONFIG !== undefined;

/** The cluster of KUBECONFIG, else a loopback API in this process whose clock may run faster than ours. */
export async function openPlace(part: Part, clock: Clock = systemClock): Promise<Place> {
  return isRealCluster ? realCluster() : openLoopback(part, clock);
}

function realCluster(): Place {
  const loaded = loadKubeConfig(undefined, process.env);
  if (!loaded.ok) throw new Error(loaded.error);
  return {
    name: loaded.config.getCurrentCluster()?.server ?? 'cluster',
    config: loaded.config,
    namespace: process.env.CLAUDE_K8S_BENCH_NAMESPACE ?? loaded.namespace ?? 'default',
    image: process.env.CLAUDE_K8S_E2E_FAKE_IMAGE ?? 'registry.local/fake-agent:1',
    clock: systemClock,
    close: async () => {},
  };
}

export async function openLoopback(part: Pick<Part, 'play'>, clock: Clock = systemClock): Promise<Place> {
  const api = await startLoopback(clock);
  const controller = new JobController(api, { container: 'claude', started: (pod) => part.play(pod, clock) });
  return {
    name: 'loopback API',
    config: kubeconfigFor(api.url, 'agents'),
    namespace: 'agents',
    image: 'agent:1',
    clock,
    async close() {
      controller.stop();
      await api.close();
    },
  };
}
