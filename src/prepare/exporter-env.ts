import type { AdapterConfig } from '../manifest/config.ts';

/** What is the server's own: how it calls itself, and what its own spans are. */
const ownNames = ['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'];

/** Only when asked for does the agent's pod learn where our traces go. Headers hold tokens: they go by Secret. */
export function exporterEnv({ telemetry }: Pick<AdapterConfig, 'telemetry'>, env: NodeJS.ProcessEnv) {
  const plain: Record<string, string> = {};
  const secret: Record<string, string> = {};
  if (!telemetry.claudeCode) return { plain, secret };
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('OTEL_') || ownNames.includes(name) || !value) continue;
    (name.endsWith('_HEADERS') ? secret : plain)[name] = value;
  }
  return { plain, secret };
}
