export { type ParsedConfig, parseConfig } from './config/parse.ts';
export { type Cause, describe, type FailureCode, failureCodes } from './failure/table.ts';
export { judge } from './failure/verdict.ts';
export { createServerAdapter, type ServerAdapter } from './host/adapter.ts';
export type { AdapterConfig } from './manifest/config.ts';
export type { Evidence } from './run/evidence.ts';
export type { Verdict } from './run/outcome.ts';
