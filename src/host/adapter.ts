import { configurationTable } from '../config/in-words.ts';
import { adapterType } from '../manifest/labels.ts';
import type { AdapterResult } from './adapter-result.ts';
import { configForm, type FormField } from './config-form.ts';
import { type EnvironmentReport, testEnvironment } from './environment/environment.ts';
import { execute } from './execute.ts';
import { detectModel, type Model, models } from './models.ts';
import { sessionCodec } from './session.ts';
import { listSkills, type SkillSnapshot } from './skill-snapshot.ts';
import { sweepWhenLoaded } from './sweep.ts';

/** What the host loads: a plain object of data and functions. */
export interface ServerAdapter {
  type: string;
  execute(ctx: unknown): Promise<AdapterResult>;
  testEnvironment(ctx: unknown): Promise<EnvironmentReport>;
  sessionCodec: typeof sessionCodec;
  listSkills(ctx: unknown): Promise<SkillSnapshot>;
  syncSkills(ctx: unknown): Promise<SkillSnapshot>;
  getConfigSchema(): { fields: FormField[] };
  models: Model[];
  detectModel: typeof detectModel;
  /** Markdown, for agents that set up agents. */
  agentConfigurationDoc: string;
  /** The host makes a token for each run. */
  supportsLocalAgentJwt: true;
  supportsInstructionsBundle: true;
  instructionsPathKey: string;
  /** The token of the run's tools goes into the pod's environment, and is not copied into the run's context. */
  runtimeToolDelivery: 'environment';
}

/** The entry of the package for Paperclip. Synchronous, and opens nothing: that comes a moment later, or with the first run. */
export function createServerAdapter(): ServerAdapter {
  sweepWhenLoaded();
  return {
    type: adapterType,
    execute: (ctx) => execute(ctx),
    testEnvironment: (ctx) => testEnvironment(ctx),
    sessionCodec,
    listSkills: (ctx) => listSkills(ctx),
    syncSkills: (ctx) => listSkills(ctx),
    getConfigSchema: configForm,
    models,
    detectModel,
    agentConfigurationDoc: `# claude_k8s agent configuration\n\n${configurationTable()}\n`,
    supportsLocalAgentJwt: true,
    supportsInstructionsBundle: true,
    instructionsPathKey: 'instructionsFilePath',
    runtimeToolDelivery: 'environment',
  };
}
