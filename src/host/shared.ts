import { createHash } from 'node:crypto';
import type { KubeConfig } from '@kubernetes/client-node';
import { AdmissionLocks } from '../engine/admission-lock.ts';
import { type Clock, idleClock, systemClock } from '../engine/clock.ts';
import { createRuntime } from '../engine/create-runtime.ts';
import { currentHolder } from '../engine/holder.ts';
import type { Runtime } from '../engine/runtime.ts';
import { createCluster } from '../kubernetes/client.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { loadKubeConfig } from '../kubernetes/kubeconfig.ts';
import { remembered } from '../kubernetes/remembered.ts';
import { selfPod } from '../kubernetes/self-pod.ts';
import { adapterVersion } from '../prepare/version.ts';
import { Recorder, type RecorderInput, type Wire } from '../record/recorder.ts';
import { createExporterWatch } from '../telemetry/exporter-watch.ts';
import { type MetricsServer, serveMetrics } from '../telemetry/server.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { onTermination } from './termination.ts';

/** One cluster as one account sees it. */
export interface Site {
  cluster: Cluster;
  runtime: Runtime;
  wire: Wire;
  /** Namespace of the kubeconfig's context, or of the service account. */
  namespace: string | undefined;
}

/** What all runs of this process share. */
export interface Shared {
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly telemetry: Telemetry;
  readonly metrics: Promise<MetricsServer>;
  /** Looks now and then whether anybody takes what the host's SDK exports; `telemetry.health` knows. */
  lookForExporter(): Promise<void>;
  /** The host is going down: runs have let go of their Jobs, and `execute` has nothing more to say. */
  readonly ending: boolean;
  /** The site of a kubeconfig as its file is now. */
  site(kubeconfig: string | undefined): { ok: true; site: Site } | { ok: false; error: string };
  /** True the first time it is asked about a text: a warning is given once per process. */
  isNews(text: string): boolean;
  close(): Promise<void>;
}

/** The host itself is gone some 5 s after it was told to end. */
const unfinishedMs = 2_000;

export interface SharedInput {
  clock?: Clock;
  env?: NodeJS.ProcessEnv;
  host?: NodeJS.EventEmitter;
  /** Where everything is counted: several hosts in one process are scraped as one. */
  telemetry?: Telemetry;
  /** Other bounds for what is recorded. */
  recorder?: Pick<RecorderInput, 'bytesMax' | 'folder'>;
}

export function createShared(input: SharedInput = {}): Shared {
  const { clock = systemClock, env = process.env, host = process } = input;
  const { telemetry = createTelemetry({ buildVersion: adapterVersion }) } = input;
  const holder = currentHolder(selfPod(env));
  const locks = new AdmissionLocks();
  const held = new Set<string>();
  const sites = new Map<string, Site & { from: string | undefined }>();
  const told = new Set<string>();
  const recorder = new Recorder({
    ...input.recorder,
    ...{ clock, build: adapterVersion, listener: telemetry.recorderListener },
  });
  let ending = false;

  const deaf = onTermination((signal) => {
    ending = true;
    for (const { runtime } of sites.values()) void runtime.shutdown(signal);
    // Of a run that can not let go, because the API does not answer, what there is is written while there is time.
    clock.at(clock.now() + unfinishedMs, () => void recorder.finish());
  }, host);

  function open(id: string, config: KubeConfig, namespace: string | undefined, from: string | undefined): Site {
    leaveBehind(from);
    const wire = recorder.wire();
    const { apiListener: listener } = telemetry;
    const cluster = remembered(createCluster({ config, clock, listener, tap: wire.tap }), clock);
    const site = {
      cluster,
      wire,
      runtime: createRuntime({ cluster, clock, idleClock, holder, locks, held, unowned: telemetry.unownedJobs() }),
      namespace,
      from,
    };
    sites.set(id, site);
    return site;
  }

  /** The file has changed: what was opened from it before goes, unless runs are still in it. */
  function leaveBehind(from: string | undefined): void {
    for (const [id, site] of sites) {
      if (site.from !== from || site.runtime.active > 0) continue;
      sites.delete(id);
      site.runtime.leftBehind.stop();
      void site.cluster.close();
    }
  }

  const { registry, health } = telemetry;
  return {
    clock,
    env,
    telemetry,
    metrics: serveMetrics(registry, env).then((served) => {
      health.report('metrics_server', served.serving ? undefined : served.error);
      return served;
    }),
    lookForExporter: createExporterWatch(env, clock, (sentence) => health.report('exporter_unreachable', sentence)),
    get ending() {
      return ending;
    },
    site(kubeconfig) {
      const loaded = loadKubeConfig(kubeconfig, env);
      if (!loaded.ok) return loaded;
      const id = createHash('sha256').update(loaded.config.exportConfig()).digest('hex');
      return { ok: true, site: sites.get(id) ?? open(id, loaded.config, loaded.namespace, kubeconfig) };
    },
    isNews(text) {
      const news = !told.has(text);
      told.add(text);
      return news;
    },
    async close() {
      deaf();
      for (const { runtime } of sites.values()) runtime.leftBehind.stop();
      await Promise.all([...sites.values()].map(({ cluster }) => cluster.close()));
      sites.clear();
    },
  };
}

/** A hot reload loads this module anew beside the old one: the Jobs that the old one holds must not look like orphans. */
const slot = Symbol.for('paperclip-adapter-claude-k8s.host/1');

/** The one of this process, made at the first run. */
export function sharedHost(): Shared {
  const known: unknown = Reflect.get(globalThis, slot);
  if (isShared(known)) return known;
  const shared = createShared();
  Reflect.set(globalThis, slot, shared);
  return shared;
}

function isShared(value: unknown): value is Shared {
  return typeof value === 'object' && value !== null && 'site' in value && 'telemetry' in value;
}
