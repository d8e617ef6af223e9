import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

export interface ReceivedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** ms since the epoch. */
  start: number;
  attributes: Readonly<Record<string, unknown>>;
  links: readonly { traceId: string; spanId: string }[];
}

export interface ReceivedLog {
  eventName: string;
  traceId: string;
  at: number;
  attributes: Readonly<Record<string, unknown>>;
}

interface Any {
  stringValue?: string;
  intValue?: string | number;
  boolValue?: boolean;
  doubleValue?: number;
}
type Pairs = readonly { key: string; value: Any }[];
interface Body {
  resourceSpans?: { resource: { attributes: Pairs }; scopeSpans: { spans: SpanBody[] }[] }[];
  resourceLogs?: { scopeLogs: { logRecords: LogBody[] }[] }[];
  resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[];
}
interface SpanBody {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  attributes?: Pairs;
  links?: { traceId: string; spanId: string }[];
}
interface LogBody {
  eventName?: string;
  traceId?: string;
  timeUnixNano: string;
  attributes?: Pairs;
}

/** An OTLP/HTTP collector that takes JSON and keeps what it got. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly logs: ReceivedLog[] = [];
  readonly metrics = new Set<string>();
  /** Everything, as it came. */
  raw = '';
  private readonly server: Server;
  private readonly host: string;

  constructor(host = '127.0.0.1') {
    this.host = host;
    this.server = createServer(async (request, response) => {
      const body = await text(request);
      this.raw += body;
      this.take(JSON.parse(body));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }

  async open(): Promise<string> {
    return listening(this.server, this.host);
  }

  close(): Promise<void> {
    return closed(this.server);
  }

  private take({ resourceSpans = [], resourceLogs = [], resourceMetrics = [] }: Body): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => spanOf(service, span)));
    }
    for (const { scopeLogs } of resourceLogs) {
      for (const { logRecords } of scopeLogs) this.logs.push(...logRecords.map(logOf));
    }
    for (const { scopeMetrics } of resourceMetrics) {
      for (const { metrics } of scopeMetrics) for (const { name } of metrics) this.metrics.add(name);
    }
  }
}

export async function listening(server: Server, host = '127.0.0.1'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return `http://${host}:${typeof address === 'object' ? address?.port : ''}`;
}

export async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function spanOf(service: string, { parentSpanId, attributes = [], links = [], ...span }: SpanBody): ReceivedSpan {
  const { name, traceId, spanId, startTimeUnixNano } = span;
  return {
    service,
    name,
    traceId,
    spanId,
    parentSpanId: parentSpanId || undefined,
    start: Number(startTimeUnixNano) / 1e6,
    attributes: valuesOf(attributes),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
  };
}

function logOf({ eventName = '', traceId = '', timeUnixNano, attributes = [] }: LogBody): ReceivedLog {
  return { eventName, traceId, at: Number(timeUnixNano) / 1e6, attributes: valuesOf(attributes) };
}

function valuesOf(pairs: Pairs): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}
