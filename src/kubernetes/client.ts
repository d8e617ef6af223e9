import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import type { Clock } from '../engine/clock.ts';
import { fleetSelector } from '../manifest/labels.ts';
import type { Cluster } from './cluster.ts';
import { coreCalls } from './core-calls.ts';
import type { ApiListener } from './exchange.ts';
import { jobCalls } from './job-calls.ts';
import type { Json } from './json.ts';
import { openLog } from './log-stream.ts';
import { observeJob } from './observe.ts';
import { observePod } from './observe-pod.ts';
import { callsThrough, corePath, jobsPath } from './one-shot.ts';
import { Reflector } from './reflector.ts';
import { createTransport } from './transport.ts';
import type { WireTap } from './wire.ts';

export interface ClusterInput {
  config: KubeConfig;
  clock: Clock;
  listener?: ApiListener | undefined;
  /** Hears every request and what came of it, byte by byte. */
  tap?: WireTap | undefined;
  /** Stands for the network. */
  dispatcher?: Dispatcher | undefined;
  /** In [0, 1); for pauses that differ between processes. */
  random?: () => number;
}

export function createCluster(input: ClusterInput): Cluster {
  const { config, clock, listener, tap, dispatcher, random = Math.random } = input;
  const transport = createTransport(config, clock, listener, tap, dispatcher);
  const now = () => clock.now();
  const calls = callsThrough(transport, now);
  const reflectors = {
    jobs: new Map<string, Reflector<ReturnType<typeof observeJob>>>(),
    pods: new Map<string, Reflector<ReturnType<typeof observePod>>>(),
  };

  function reflector<T extends { uid: string; resourceVersion: string }>(
    kind: 'jobs' | 'pods',
    path: string,
    observe: (object: Json) => T,
  ) {
    return new Reflector<T>({
      kind,
      path,
      selector: fleetSelector,
      transport,
      clock,
      listener,
      observe,
      random,
      listAll: (signal) => calls.listAll(path, kind, { labelSelector: fleetSelector }, { signal, shared: true }),
    });
  }

  return {
    server: transport.server,
    ...coreCalls(calls),
    ...jobCalls(calls),
    openLog: (ask, feed) => openLog(transport, now, ask, feed),
    watchJobs(namespace, subscriber) {
      const shared = reflectors.jobs.get(namespace) ?? reflector('jobs', jobsPath(namespace), observeJob);
      reflectors.jobs.set(namespace, shared);
      return shared.subscribe(subscriber);
    },
    watchPods(namespace, subscriber) {
      const shared = reflectors.pods.get(namespace) ?? reflector('pods', corePath(namespace, 'pods'), observePod);
      reflectors.pods.set(namespace, shared);
      return shared.subscribe(subscriber);
    },
    async close() {
      for (const shared of [...reflectors.jobs.values(), ...reflectors.pods.values()]) shared.stop();
      await transport.close();
    },
  };
}
