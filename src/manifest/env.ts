import type { V1EnvVar } from '@kubernetes/client-node';
import { literal } from './escape.ts';
import { place, secretKey } from './place.ts';
import type { RunPlan } from './plan.ts';

/** Secrets and settings of the server that no agent may see; an agent reads its own from its run. */
const hostOnly = ['PAPERCLIP_AGENT_JWT_SECRET', 'BETTER_AUTH_SECRET', 'DATABASE_URL', 'NODE_OPTIONS', 'PORT', 'HOST'];
const hostOnlyPrefixes = ['CLAUDE_K8S_', 'OTEL_'];
/** Those of the prefixes that are known by name, for envFrom: its names are not known here. */
const knownPrefixed = [
  'CLAUDE_K8S_METRICS_PORT',
  'CLAUDE_K8S_METRICS_HOST',
  'CLAUDE_K8S_METRICS_TOKEN',
  'CLAUDE_K8S_INCIDENT_DIR',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_HEADERS',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
];

export function isHostOnly(name: string): boolean {
  return hostOnly.includes(name) || hostOnlyPrefixes.some((prefix) => name.startsWith(prefix));
}

/** Inherited < of this run < of the configuration; each name once. */
export function agentEnv(plan: RunPlan, secretName: string): V1EnvVar[] {
  const { inherited, request, config } = plan;
  const entries: V1EnvVar[] = [
    ...(inherited?.env ?? []).filter(({ name }) => !isHostOnly(name)),
    ...((inherited?.envFrom.length ?? 0) > 0
      ? [...hostOnly, ...knownPrefixed].map((name) => ({ name, value: '' }))
      : []),
    plain('HOME', place.home),
    ...(config.claudeConfigDir === 'agent' && request.agentLabel !== undefined
      ? [plain('CLAUDE_CONFIG_DIR', `${place.home}/.claude-agents/${request.agentLabel}`)]
      : []),
    ...Object.entries(plan.env).map(([name, value]) => plain(name, value)),
    ...Object.keys(plan.secretEnv).map((name) => ({
      name,
      valueFrom: { secretKeyRef: { name: secretName, key: secretKey.env(name) } },
    })),
    ...traceEnv(plan),
    ...Object.entries(config.env).map(([name, value]) => plain(name, value)),
  ];
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}

/** Claude Code joins our trace in print mode when these are set. */
function traceEnv({ config, request }: RunPlan): V1EnvVar[] {
  if (!config.telemetry.claudeCode || request.traceparent === undefined) return [];
  return [
    plain('TRACEPARENT', request.traceparent),
    plain('CLAUDE_CODE_ENABLE_TELEMETRY', '1'),
    plain('CLAUDE_CODE_ENHANCED_TELEMETRY_BETA', '1'),
  ];
}

function plain(name: string, value: string): V1EnvVar {
  return { name, value: literal(value) };
}
