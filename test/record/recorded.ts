import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime } from '../../src/engine/create-runtime.ts';
import type { Runtime } from '../../src/engine/runtime.ts';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { WireTap } from '../../src/kubernetes/wire.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import type { ChunkFrame, Frame } from '../../src/record/frame.ts';
import { openBundle } from '../../src/record/read-bundle.ts';
import { Recorder, type RecorderInput } from '../../src/record/recorder.ts';
import type { Written } from '../../src/record/recording.ts';
import type { World } from '../engine/world.ts';
import { faultsOf } from './schema.ts';

export const accountToken = 'the-token-of-the-account';

export interface RecordedProcess {
  runtime: Runtime;
  cluster: Cluster;
  recorder: Recorder;
  directory: string;
  /** What became of each recording, in the order of the starts. */
  written: Promise<Written>[];
  /** Chunks of each request as they came, by path. */
  heard: Map<string, Buffer[]>;
}

/** A host process whose runs are all recorded, into a folder of its own. */
export function recordedProcess(
  world: World,
  over: Partial<RecorderInput> = {},
  directory = mkdtempSync(join(tmpdir(), 'recorded-')),
): RecordedProcess {
  const { clock } = world;
  const recorder = new Recorder({ clock, build: 'test', ...over });
  const wire = recorder.wire();
  const heard = new Map<string, Buffer[]>();
  const config = kubeconfigFor(world.api.url, 'agents');
  const [user] = config.users;
  if (user !== undefined) config.users = [{ ...user, token: accountToken }];
  const cluster = createCluster({ config, clock, tap: alsoInto(heard, wire.tap) });
  world.clusters.push(cluster);
  const bootId = `recorded-${world.clusters.length}`;
  const holder = { host: bootId, pod: undefined, podNamespace: undefined, bootId, pid: 1 };
  const plain = createRuntime({ cluster, clock, holder });
  const written: Promise<Written>[] = [];
  const runtime: Runtime = {
    ...plain,
    start(plan, sinks) {
      const recording = wire.begin({ plan, which: 'all', directory });
      const handle = plain.start(plan, {
        ...sinks,
        transition(transition) {
          sinks.transition(transition);
          recording.transition(transition);
        },
        asking: recording.asking,
      });
      written.push(handle.outcome.then((outcome) => recording.end(outcome)));
      return handle;
    },
  };
  return { runtime, cluster, recorder, directory, written, heard };
}

function alsoInto(heard: Map<string, Buffer[]>, tap: WireTap): WireTap {
  return {
    request(ask, at) {
      const listener = tap.request(ask, at);
      if (listener === undefined) return undefined;
      const chunks = heard.get(ask.path) ?? [];
      heard.set(ask.path, chunks);
      return {
        ...listener,
        head: (...given) => listener.head(...given),
        end: (...given) => listener.end(...given),
        chunk(bytes, when) {
          chunks.push(Buffer.from(bytes));
          listener.chunk(bytes, when);
        },
      };
    },
  };
}

/** All frames of a bundle, each held against the schema of the format. */
export async function framesOf(path: string): Promise<Frame[]> {
  const { frames } = await openBundle(path);
  const all: Frame[] = [];
  for await (const frame of frames) all.push(frame);
  const faults = all.flatMap(faultsOf);
  if (faults.length > 0) throw new Error(`${path} is not as the schema says: ${faults.slice(0, 5).join('; ')}`);
  return all;
}

/** All frames of the bundle of the process's run. */
export async function recordingOf(process: RecordedProcess, run = 0): Promise<Frame[]> {
  const written = await process.written[run];
  if (written === undefined || 'error' in written) throw new Error(`not written: ${written?.error}`);
  return framesOf(written.path);
}

export function bytesOf(frame: ChunkFrame): Buffer {
  return frame.text === undefined ? Buffer.from(frame.base64 ?? '', 'base64') : Buffer.from(frame.text);
}

export function ofType<F extends Frame['f']>(frames: readonly Frame[], f: F): Extract<Frame, { f: F }>[] {
  return frames.filter((frame): frame is Extract<Frame, { f: F }> => frame.f === f);
}

/** The body of an answer, joined. */
export function bodyOf(frames: readonly Frame[], id: number): string {
  const chunks = ofType(frames, 'chunk').filter((chunk) => chunk.id === id);
  return Buffer.concat(chunks.map(bytesOf)).toString('utf8');
}
