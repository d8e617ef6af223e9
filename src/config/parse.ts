import type { AdapterConfig } from '../manifest/config.ts';
import { parseJson, readArguments, readTolerations } from './list.ts';
import { unknownKeyText } from './nearest.ts';
import type { Kind, Option } from './option-kind.ts';
import { isOptionKey, type OptionKey, type OptionValues, optionKeys, optionOf } from './options.ts';
import { readPairs } from './pairs.ts';
import { quantityValue, readQuantity } from './quantity.ts';
import { type Read, readBoolean, readChoice, readInteger, readName, readText } from './scalar.ts';
import { shapeOf } from './shape.ts';

export type ParsedConfig = { ok: true; config: AdapterConfig; warnings: string[] } | { ok: false; errors: string[] };

/**
 * Reads a configuration as the host, a file or the command line gives it: flat dotted keys or nested objects (the flat
 * key wins), numbers and booleans as such or as text, an empty text as absent. Every error names its key, the shape of
 * what came and what is expected, and holds no value that may be a secret. An unknown key is an error or a warning, as
 * `mode` says.
 */
export function parseConfig(input: unknown, mode: { unknown: 'error' | 'warn' }): ParsedConfig {
  if (input === undefined || input === null) return parseConfig({}, mode);
  if (typeof input !== 'object' || Array.isArray(input)) {
    return { ok: false, errors: [`configuration: expected an object of keys, got ${shapeOf(input, false)}`] };
  }
  const given = flatten(input);
  const errors: string[] = [];
  const warnings: string[] = [];
  for (const [key, raw] of given) {
    if (isRoot(key)) errors.push(`${key}: expected an object of keys, got ${shapeOf(raw, false)}`);
    else if (!isOptionKey(key)) (mode.unknown === 'error' ? errors : warnings).push(unknownKeyText(key));
  }
  const values = Object.fromEntries(
    optionKeys.map((key) => {
      const read = readOption(key, given.get(key));
      if (!read.ok) errors.push(read.error);
      else warnings.push(...read.warnings);
      return [key, read.ok ? read.value : optionOf(key).default];
    }),
    // Each key's reader yields the type that its kind stands for.
  ) as OptionValues;
  errors.push(...requestsAboveLimits(values));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, config: assemble(values), warnings };
}

/** Values nested under the roots of dotted keys, as flat keys. A flat key that is also there wins. */
function flatten(input: object): Map<string, unknown> {
  const entries = Object.entries(input);
  const nested = entries.filter(([key]) => isRoot(key)).flatMap(([key, value]) => leaves(key, value));
  return new Map([...nested, ...entries.filter(([key]) => !isRoot(key))]);
}

/** Whether option keys begin with this path: `resources`, `resources.limits`, `telemetry`. */
function isRoot(path: string): boolean {
  return optionKeys.some((key) => key.startsWith(`${path}.`));
}

function leaves(path: string, raw: unknown): [string, unknown][] {
  if (!isRoot(path)) return [[path, raw]];
  const value = typeof raw === 'string' ? (parseJson(raw) ?? raw) : raw;
  if (isAbsent(value)) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(`${path}.${key}`, item));
}

function isAbsent(raw: unknown): boolean {
  return raw === undefined || raw === null || (typeof raw === 'string' && raw.trim() === '');
}

function readOption(
  key: OptionKey,
  raw: unknown,
): { ok: true; value: unknown; warnings: string[] } | { ok: false; error: string } {
  const option = optionOf(key);
  if (isAbsent(raw)) return { ok: true, value: option.default, warnings: [] };
  const read = readKind(raw, option.kind);
  if (read.ok) {
    return { ok: true, value: read.value, warnings: (read.warnings ?? []).map((text) => `${key}: ${text}`) };
  }
  if ('problem' in read) return { ok: false, error: `${key}: ${read.problem}` };
  return { ok: false, error: `${key}: expected ${read.expected}, got ${shapeOf(raw, isQuotable(option))}` };
}

function readKind(raw: unknown, kind: Kind): Read {
  switch (kind.is) {
    case 'name':
      return readName(raw, kind.shape);
    case 'text':
      return readText(raw);
    case 'integer':
      return readInteger(raw, kind);
    case 'boolean':
      return readBoolean(raw);
    case 'quantity':
      return readQuantity(raw, kind.of);
    case 'choice':
      return readChoice(raw, kind);
    case 'pairs':
      return readPairs(raw, kind);
    case 'arguments':
      return readArguments(raw);
    case 'tolerations':
      return readTolerations(raw);
  }
}

/** Prompts, arguments and variables may hold secrets; numbers, words and names do not. */
function isQuotable({ kind }: Option): boolean {
  return kind.is !== 'text' && kind.is !== 'pairs' && kind.is !== 'arguments' && kind.is !== 'tolerations';
}

function requestsAboveLimits(values: OptionValues): string[] {
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const request = values[`resources.requests.${resource}`];
    const limit = values[`resources.limits.${resource}`];
    const above = (quantityValue(request) ?? 0) > (quantityValue(limit) ?? Number.POSITIVE_INFINITY);
    return above
      ? [`resources.requests.${resource}: expected at most resources.limits.${resource} (${limit}), got ${request}`]
      : [];
  });
}

function assemble(values: OptionValues): AdapterConfig {
  const {
    'resources.requests.cpu': requestCpu,
    'resources.requests.memory': requestMemory,
    'resources.limits.cpu': limitCpu,
    'resources.limits.memory': limitMemory,
    'telemetry.claudeCode': claudeCode,
    ...rest
  } = values;
  return {
    ...rest,
    resources: {
      requests: { cpu: requestCpu, memory: requestMemory },
      limits: { cpu: limitCpu, memory: limitMemory },
    },
    telemetry: { claudeCode },
  };
}
