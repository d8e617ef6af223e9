import type { V1EnvVar } from '@kubernetes/client-node';
import { literal } from './escape.ts';
import { blankedNames, isHostOnly } from './host-only.ts';
import { place, secretKey } from './place.ts';
import type { RunPlan } from './plan.ts';

/** Inherited < of this run < of the configuration; each name once, at its first place: `$(NAME)` looks back only. */
export function agentEnv(plan: RunPlan, secretName: string): V1EnvVar[] {
  const { inherited, request, config } = plan;
  const entries: V1EnvVar[] = [
    ...((inherited?.envFrom.length ?? 0) > 0 ? blankedNames.map((name) => ({ name, value: '' })) : []),
    ...(inherited?.env ?? []).filter(({ name }) => !isHostOnly(name)),
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
