import type { AdapterConfig } from '../manifest/config.ts';

/** What is the server's own: how it calls itself, and what its own spans are. */
const ownNames = ['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'];

/** Only when asked for does the agent's pod learn where our traces go. Headers hold tokens: they go by Secret. */
export function exporterEnv({ telemetry }: Pick<AdapterConfig, 'telemetry'>, env: NodeJS.ProcessEnv) {
  const plain: Record<string, string> = {};
  const secret: Record<string, string> = {};
  const warnings: string[] = [];
  if (!telemetry.claudeCode) return { plain, secret, warnings };
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('OTEL_') || ownNames.includes(name) || !value) continue;
    (name.endsWith('_HEADERS') ? secret : plain)[name] = value;
    if (name.endsWith('_ENDPOINT') && isLoopback(value)) {
      warnings.push(`${name}: ${value} is this machine alone; the agent's own spans get lost in its pod`);
    }
  }
  // An SDK sends to an endpoint that it has; Claude Code only once it is told by which exporter.
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (endpoint && !env.OTEL_TRACES_EXPORTER) plain.OTEL_TRACES_EXPORTER = 'otlp';
  return { plain, secret, warnings };
}

function isLoopback(endpoint: string): boolean {
  const host = URL.parse(endpoint)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
