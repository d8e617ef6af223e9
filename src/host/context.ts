import type { Tracer } from '@opentelemetry/api';
import { type Fields, fieldsIn, isFields } from '../claude/event.ts';
import { type McpServer, mcpServersIn } from './mcp.ts';
import { word } from './word.ts';

/** One run as the host hands it to `execute`, read field by field: what is absent or of another shape is undefined. */
export interface HostContext {
  runId: string;
  agent: { id: string; name: string | undefined; companyId: string | undefined; all: Fields };
  /** What rows, sessions and orphaned Jobs are told apart by. */
  taskId: string | undefined;
  sessionId: string | undefined;
  config: unknown;
  /** Holds bearer tokens: never to be logged, nor passed on whole. */
  context: Fields;
  authToken: string | undefined;
  runtimeTools: Fields;
  mcpServers: readonly McpServer[];
  signal: AbortSignal | undefined;
  tracer: Tracer | undefined;
  calls: HostCalls;
}

/** The host's callbacks as given; whoever calls one expects it to be absent, to throw and to reject. */
export interface HostCalls {
  onLog?: (stream: 'stdout' | 'stderr', chunk: string) => unknown;
  onMeta?: (meta: Readonly<Record<string, unknown>>) => unknown;
  onEvent?: (event: HostEvent) => unknown;
  onRuntimeProgress?: (update: { phase: 'adapter_startup' | 'finalize'; message: string }) => unknown;
  onDispatch?: () => unknown;
  onCancellationReady?: () => unknown;
}

export interface HostEvent {
  eventType: string;
  stream: 'system';
  level: 'info' | 'warn' | 'error';
  message: string;
  payload: Record<string, unknown>;
}

/** Never throws. Without a run id or an agent id there is nothing to work on, and the text says so. */
export function readContext(given: unknown): { ok: true; context: HostContext } | { ok: false; error: string } {
  const ctx = fieldsIn(given);
  const agent = fieldsIn(ctx.agent);
  const runId = word(ctx.runId);
  const agentId = word(agent.id);
  if (runId === undefined) return { ok: false, error: `runId: expected a text, got ${typeof ctx.runId}` };
  if (agentId === undefined) return { ok: false, error: `agent.id: expected a text, got ${typeof agent.id}` };
  const context = fieldsIn(ctx.context);
  const runtime = fieldsIn(ctx.runtime);
  return {
    ok: true,
    context: {
      runId,
      agent: { id: agentId, name: word(agent.name), companyId: word(agent.companyId), all: agent },
      taskId: word(context.taskId) ?? word(context.issueId) ?? word(context.taskKey) ?? word(runtime.taskKey),
      sessionId: sessionOf(runtime),
      config: ctx.config,
      context,
      authToken: word(ctx.authToken),
      runtimeTools: fieldsIn(ctx.runtimeTools),
      mcpServers: mcpServersIn(ctx.runtimeMcp),
      signal: ctx.signal instanceof AbortSignal ? ctx.signal : undefined,
      tracer: tracerIn(ctx.startupTraceContext),
      calls: callsIn(ctx),
    },
  };
}

/** A follow-up run brings the session in any one of three places. */
function sessionOf(runtime: Fields): string | undefined {
  return word(fieldsIn(runtime.sessionParams).sessionId) ?? word(runtime.sessionDisplayId) ?? word(runtime.sessionId);
}

function tracerIn(startup: unknown): Tracer | undefined {
  const tracer = fieldsIn(startup).tracer;
  return isTracer(tracer) ? tracer : undefined;
}

function isTracer(value: unknown): value is Tracer {
  return isFields(value) && typeof value.startSpan === 'function';
}

/** Bound to the host's object: its callbacks may be methods. */
function callsIn(ctx: Fields): HostCalls {
  const call = (name: keyof HostCalls) => {
    const given = ctx[name];
    return typeof given === 'function' ? { [name]: (...all: unknown[]): unknown => given.apply(ctx, all) } : {};
  };
  return {
    ...call('onLog'),
    ...call('onMeta'),
    ...call('onEvent'),
    ...call('onRuntimeProgress'),
    ...call('onDispatch'),
    ...call('onCancellationReady'),
  };
}
