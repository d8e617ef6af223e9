import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { isOptionKey, optionOf } from '../config/options.ts';
import { readPairs } from '../config/pairs.ts';
import { type ParsedConfig, parseConfig } from '../config/parse.ts';
import { oddPair } from './odd-pair.ts';

/** The configuration of one run: a flag wins over the file. An error of the file says in which file it is. */
export async function readLayers(
  path: string | undefined,
  keys: ReadonlyMap<string, unknown>,
): Promise<ParsedConfig & { raw?: object }> {
  const file = path === undefined ? { value: {} } : await readConfigFile(path);
  if ('error' in file) return { ok: false, errors: [file.error] };
  const raw = overlay(file.value, keys);
  const parsed = parseConfig(raw, { unknown: 'error' });
  if (parsed.ok) return { ...parsed, raw };
  const ofFlag = (error: string) => path === undefined || [...keys.keys()].some((key) => error.startsWith(`${key}: `));
  const told = (error: string) => oddPair(error, keys) ?? (ofFlag(error) ? error : `${path}: ${error}`);
  return { ok: false, errors: parsed.errors.map(told), raw };
}

/** Of names with values a flag adds to the file, name by name. */
function overlay(file: object, keys: ReadonlyMap<string, unknown>): object {
  const below = new Map<string, unknown>(Object.entries(file));
  const above = [...keys].map(([key, value]): [string, unknown] => [key, merged(key, below.get(key), value)]);
  return Object.fromEntries([...below, ...above]);
}

/** What can not be read is handed on as it came: the parser of the configuration says what is wrong with it. */
function merged(key: string, under: unknown, value: unknown): unknown {
  const kind = isOptionKey(key) ? optionOf(key).kind : undefined;
  if (kind?.is !== 'pairs' || under === undefined || under === null) return value;
  const [one, other] = [readPairs(under, kind), readPairs(value, kind)];
  if (!one.ok) return under;
  if (!other.ok) return value;
  return Object.assign({}, one.value, other.value);
}

async function readConfigFile(path: string): Promise<{ value: object } | { error: string }> {
  try {
    // JSON is YAML too.
    const value: unknown = parse(await readFile(path, 'utf8'));
    if (value === null || value === undefined) return { value: {} };
    if (typeof value === 'object' && !Array.isArray(value)) return { value };
    return {
      error: `--config: ${path}: expected an object of keys, got ${Array.isArray(value) ? 'a list' : typeof value}`,
    };
  } catch (error) {
    return { error: `--config: ${path}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` };
  }
}
