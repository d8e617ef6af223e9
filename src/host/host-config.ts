import { fieldsIn, isFields } from '../claude/event.ts';
import { type ParsedConfig, parseConfig } from '../config/parse.ts';
import { selfPod } from '../kubernetes/self-pod.ts';
import type { AdapterConfig } from '../manifest/config.ts';
import { place } from '../manifest/place.ts';
import type { HostContext } from './context.ts';
import { podEnv } from './host-env.ts';
import { mcpArguments } from './mcp.ts';
import { word } from './word.ts';

/** Keys that the host adds to every agent's configuration for its own adapters. */
const ofTheHost = /^(instructions(RootPath|EntryFile|BundleMode)|paperclip[A-Z]\w*)$/;

/**
 * The agent's configuration as the host gives it: unknown keys are warnings, the host's own are none. Its form for a new agent
 * writes the effort under a name of its own; what is set later has the name that we know.
 */
export function readHostConfig(given: unknown): ParsedConfig {
  if (!isFields(given)) return parseConfig(given, { unknown: 'warn' });
  const { thinkingEffort, ...rest } = given;
  const own = Object.entries({ effort: thinkingEffort, ...rest }).filter(([key]) => !ofTheHost.test(key));
  return parseConfig(Object.fromEntries(own), { unknown: 'warn' });
}

/** The configuration of this run: without what means nothing in a pod, and in the workspace where the pod has it. */
export function configOfRun(config: AdapterConfig, host: HostContext, env: NodeJS.ProcessEnv): AdapterConfig {
  const workspace = word(fieldsIn(host.context.paperclipWorkspace).cwd);
  // Only inside a cluster is the host's disk the volume that the agent's pod mounts too.
  const shared = selfPod(env) !== undefined && workspace?.startsWith(`${place.home}/`) ? workspace : undefined;
  const extraArgs = [...config.extraArgs, ...mcpArguments(host.mcpServers)];
  return { ...config, env: podEnv(config.env, host.authToken), cwd: config.cwd ?? shared, extraArgs };
}
