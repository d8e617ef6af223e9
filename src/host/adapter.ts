import { adapterType } from '../manifest/labels.ts';
import type { AdapterResult } from './adapter-result.ts';
import { type EnvironmentReport, testEnvironment } from './environment.ts';
import { execute } from './execute.ts';
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
    supportsLocalAgentJwt: true,
    supportsInstructionsBundle: true,
    instructionsPathKey: 'instructionsFilePath',
    runtimeToolDelivery: 'environment',
  };
}
