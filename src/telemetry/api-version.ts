/** The version of @opentelemetry/api that this build carries; held by a test. */
export const ownApiVersion = '1.9.0';

/** Signals that an SDK can register with the API. */
const signals = ['trace', 'metrics', 'context', 'propagation', 'diag'] as const;
export type Signal = (typeof signals)[number] | 'logs';

export interface ApiState {
  /** What some SDK in this process has registered. */
  registered: readonly Signal[];
  /** Version of the API that registered first; every other copy in the process is measured against it. */
  version: string | undefined;
  /** A sentence when our copy of the API would record nothing, without a word of its own. */
  mismatch: string | undefined;
}

/**
 * What OpenTelemetry looks like in this process. A copy of the API that is newer (in its minor version) than the one that
 * an SDK registered gets no-ops from it, silently; an older copy works.
 */
export function apiState(globals: object = globalThis): ApiState {
  const api = read(globals, Symbol.for('opentelemetry.js.api.1'));
  const logs = read(globals, Symbol.for('io.opentelemetry.js.api.logs'));
  const registered: Signal[] = signals.filter((signal) => read(api, signal) !== undefined);
  if (logs !== undefined) registered.push('logs');
  const version = read(api, 'version');
  if (typeof version !== 'string') return { registered, version: undefined, mismatch: undefined };
  return { registered, version, mismatch: mismatchOf(version) };
}

function mismatchOf(version: string): string | undefined {
  const [theirs, ours] = [numbers(version), numbers(ownApiVersion)];
  if (theirs !== undefined && ours !== undefined && theirs.major === ours.major && theirs.minor >= ours.minor) {
    return undefined;
  }
  return `@opentelemetry/api ${version} was registered in this process, and this build carries ${ownApiVersion}: traces would be dropped without a word. Hand in the host's own tracer, or run the same minor version.`;
}

/** Undefined for pre-releases too: the API takes them as compatible with nothing but themselves. */
function numbers(version: string): { major: number; minor: number } | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+(?:\+.*)?$/.exec(version) ?? [];
  return major === undefined || minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

function read(from: unknown, key: string | symbol): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined;
}
