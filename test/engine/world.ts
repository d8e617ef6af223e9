import { parseConfig } from '../../src/config/parse.ts';
import { createRuntime } from '../../src/engine/create-runtime.ts';
import type { RunHandle, RunSinks, Runtime } from '../../src/engine/runtime.ts';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { JobController } from '../../src/loopback/job-controller.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { type Loopback, startLoopback } from '../../src/loopback/server.ts';
import { prepareRun, type RunInput } from '../../src/prepare/prepare.ts';
import type { Transition } from '../../src/run/transition.ts';
import { FastClock } from './fast-clock.ts';

export const init = JSON.stringify({ type: 'system', subtype: 'init', session_id: 's', model: 'm' });
export const said = JSON.stringify({
  type: 'assistant',
  message: { id: 'a', model: 'm', content: [{ type: 'text', text: 'hello €' }] },
});
export const done = JSON.stringify({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'ok',
  session_id: 's',
});

export interface Played {
  handle: RunHandle;
  text(): string;
  lines(): string[];
  transitions: Transition[];
}

/** A loopback Kubernetes with a Job controller, and any number of host processes before it. */
export class World {
  readonly clock: FastClock;
  readonly plays: PodPlay[] = [];
  readonly clusters: Cluster[] = [];
  readonly api: Loopback;
  private readonly controller: JobController;

  private constructor(clock: FastClock, api: Loopback, life: (play: PodPlay) => void) {
    this.clock = clock;
    this.api = api;
    this.controller = new JobController(api, {
      container: 'claude',
      started: (play) => {
        this.plays.push(play);
        life(play);
      },
    });
  }

  /** `life` plays each pod from its creation on; by default it works and succeeds at once. */
  static async start(life: (play: PodPlay) => void = success, speed?: number): Promise<World> {
    const clock = new FastClock(speed);
    return new World(clock, await startLoopback(new FastClock(speed)), life);
  }

  process(bootId = `boot-${this.clusters.length}`): { runtime: Runtime; cluster: Cluster } {
    const cluster = createCluster({ config: kubeconfigFor(this.api.url, 'agents'), clock: this.clock });
    this.clusters.push(cluster);
    // Each process on a host of its own: only its renewals tell that it lives.
    const holder = { host: bootId, pod: undefined, podNamespace: undefined, bootId, pid: 1 };
    return { cluster, runtime: createRuntime({ cluster, clock: this.clock, holder }) };
  }

  async run(
    process: { runtime: Runtime; cluster: Cluster } = this.process(),
    over: Partial<RunInput> = {},
    config: Record<string, unknown> = {},
    sinks: Partial<RunSinks> = {},
  ): Promise<Played> {
    const parsed = parseConfig({ image: 'agent:1', namespace: 'agents', ...config }, { unknown: 'error' });
    if (!parsed.ok) throw new Error(parsed.errors.join('; '));
    const { runtime, cluster } = process;
    const run: RunInput = {
      runId: 'run-1',
      agentId: 'scout',
      agentName: undefined,
      companyId: undefined,
      taskId: 'task',
      sessionId: undefined,
      prompt: 'do it',
      config: parsed.config,
      env: {},
      secretEnv: {},
      traceparent: undefined,
      start: { as: 'new' },
      ...over,
    };
    const prepared = await prepareRun({ run, cluster, holder: runtime.holder, defaultNamespace: 'agents', env: {} });
    if (!prepared.ok) throw new Error(prepared.error);
    let text = '';
    const transitions: Transition[] = [];
    const handle = runtime.start(prepared.plan, {
      log(piece) {
        text += piece;
      },
      transition: (transition) => void transitions.push(transition),
      ...sinks,
    });
    const lines = () => text.split('\n').filter((line) => line !== '' && !line.startsWith('[paperclip] '));
    return { handle, transitions, text: () => text, lines };
  }

  jobs() {
    return this.api.store.list({ resource: 'jobs', namespace: 'agents' }).items;
  }

  async close(): Promise<void> {
    this.controller.stop();
    await Promise.all(this.clusters.map((cluster) => cluster.close()));
    await this.api.close();
  }
}

export function success(play: PodPlay): void {
  play.scheduled().running().say(init, said, done).exited(0);
}

/** Waits for a condition that real sockets bring about. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 8_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`not seen: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
