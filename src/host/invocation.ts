import { claudeArguments } from '../claude/command.ts';
import { adapterType } from '../manifest/labels.ts';
import { place } from '../manifest/place.ts';
import type { RunPlan } from '../manifest/plan.ts';

/**
 * What the host shows of an invocation. Extra arguments and the configured environment may hold secrets, and are only
 * counted or named.
 */
export function invocationOf(plan: RunPlan): Record<string, unknown> {
  const { config, request, prompt, image, env, secretEnv, inherited } = plan;
  const args = claudeArguments({
    config: { ...config, extraArgs: [] },
    sessionId: request.sessionId,
    instructionsFile: plan.instructions === undefined ? undefined : place.instructions,
    settings: plan.settings,
    addDirs: plan.addDirs,
  });
  return {
    adapterType,
    command: 'claude',
    cwd: config.cwd ?? place.home,
    commandArgs: args,
    commandNotes: [
      `Kubernetes Job ${request.jobName} in namespace ${request.namespace}, image ${image}`,
      ...(config.extraArgs.length > 0 ? [`${config.extraArgs.length} more arguments from extraArgs`] : []),
      ...(inherited === undefined ? ['Nothing is inherited: Paperclip does not run in a pod of this cluster'] : []),
    ],
    env,
    secretEnvNames: [...Object.keys(config.env), ...Object.keys(secretEnv)],
    prompt,
    promptMetrics: { promptChars: prompt.length, instructionsChars: plan.instructions?.length ?? 0 },
    namespace: request.namespace,
    job: request.jobName,
    image,
  };
}
