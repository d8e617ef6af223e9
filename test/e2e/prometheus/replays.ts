import type { Tracer } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import type { Frame } from '../../../src/record/frame.ts';
import { openBundle } from '../../../src/record/read-bundle.ts';
import type { Replayable } from '../../../src/replay/contract.ts';
import { historyOf } from '../../../src/replay/history/build.ts';
import type { History } from '../../../src/replay/history/history.ts';
import { HostProcess } from '../../../src/replay/host-process.ts';
import { play } from '../../../src/replay/play.ts';
import { drive } from '../../../src/replay/world/drive.ts';
import { type OwnWrites, ownWrites } from '../../../src/replay/world/own-writes.ts';
import { VirtualClock } from '../../../src/replay/world/virtual-clock.ts';
import { openWorld } from '../../../src/replay/world/world.ts';
import { type Twist, twists } from './twists.ts';

export interface Incident {
  history: History;
  own: OwnWrites;
}

export async function readIncident(bundle: string, twist: Twist | undefined): Promise<Incident> {
  const frames: Frame[] = [];
  for await (const frame of (await openBundle(bundle)).frames) frames.push(frame);
  const history = historyOf(frames);
  return { history: twist === undefined ? history : twists[twist](history), own: ownWrites(frames) };
}

/** A run stays where it is once it has told this; of a silence, so long a one. */
export interface Until {
  told: string;
  seconds?: number;
}

const longestMs = 2 * 3600 * 1000;

/** The runs of a process through the real code, each in its recorded cluster. */
export class Replays {
  private readonly exporter = new tracing.InMemorySpanExporter();
  private readonly tracer: Tracer;
  private readonly build: Replayable;

  constructor(build: Replayable) {
    const spanProcessors = [new tracing.SimpleSpanProcessor(this.exporter)];
    this.tracer = new tracing.BasicTracerProvider({ spanProcessors }).getTracer('replay');
    this.build = build;
  }

  /** `broken`: the tracer of the host throws at each span but the first. */
  async play({ history, own }: Incident, broken: boolean) {
    this.exporter.reset();
    const tracer = broken ? brokenTracer(this.tracer) : this.tracer;
    const { diagnosis, traceId } = await play({ build: this.build, history, own, tracer });
    const spans = this.exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId).length;
    return { traceId, spans, code: diagnosis.code };
  }

  /** Time stops for this run, and it is at work for as long as the process is there. */
  async hold({ history, own }: Incident, { told, seconds = 0 }: Until) {
    const clock = new VirtualClock(history.startedAt);
    const world = openWorld({ history, own, clock, stirred: clock.stirred });
    const { build, tracer } = this;
    const host = new HostProcess({ build, clock, world, request: history.request, tracer });
    world.told((what, reason) => host.tell(what, reason));
    const there = () => host.steps.some((step) => step.type === told && Number(step.seconds ?? 0) >= seconds);
    const how = await drive(clock, { over: () => there() || host.end !== undefined, until: clock.now() + longestMs });
    if (!there()) throw new Error(`it never told ${told} (${how}): ${host.steps.map(({ type }) => type).join(' ')}`);
    return { traceId: host.traceId, spans: 0, code: undefined };
  }
}

function brokenTracer(tracer: Tracer): Tracer {
  return {
    startSpan(name, options, context) {
      if (name !== 'claude_k8s.run') throw new Error('the tracer of the host is broken');
      return tracer.startSpan(name, options, context);
    },
    startActiveSpan: tracer.startActiveSpan.bind(tracer),
  };
}
