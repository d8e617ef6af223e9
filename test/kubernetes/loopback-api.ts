import { afterEach, beforeEach, expect, vi } from 'vitest';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { ApiExchange, WatchRestart } from '../../src/kubernetes/exchange.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import { type Loopback, startLoopback } from '../../src/loopback/server.ts';
import { ManualClock } from '../loopback/manual-clock.ts';

export interface Surroundings {
  api: Loopback;
  cluster: Cluster;
  /** The client's time. */
  clock: ManualClock;
  /** The server's. */
  apiClock: ManualClock;
  exchanges: ApiExchange[];
  restarts: WatchRestart[];
}

/** The real client against a real socket, for each test of the file anew. */
export function beside(): Surroundings {
  const now: Partial<Surroundings> = {};
  beforeEach(async () => {
    const [clock, apiClock] = [new ManualClock(), new ManualClock()];
    const api = await startLoopback(apiClock);
    const exchanges: ApiExchange[] = [];
    const restarts: WatchRestart[] = [];
    const cluster = createCluster({
      config: kubeconfigFor(api.url),
      clock,
      listener: {
        exchange: (exchange) => exchanges.push(exchange),
        watchRestarted: (_, why) => restarts.push(why),
      },
      random: () => 0.5,
    });
    Object.assign(now, { api, cluster, clock, apiClock, exchanges, restarts });
  });
  afterEach(async () => {
    await now.cluster?.close();
    await now.api?.close();
  });
  return now as Surroundings;
}

export function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { interval: 2, timeout: 5_000 });
}

/** Another request of the same client has gone both ways: what was on its way before has arrived. */
export async function roundTrip({ cluster }: Surroundings): Promise<void> {
  expect((await cluster.version()).ok).toBe(true);
}
