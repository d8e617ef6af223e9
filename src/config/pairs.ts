import type { Kind } from './option-kind.ts';
import { isScalar, nulProblem, type Read } from './scalar.ts';

type PairsKind = Extract<Kind, { is: 'pairs' }>;

const expected = 'an object of texts, its JSON text, or key=value lines';

/** Names with text values, given as object, JSON text or `key=value` lines (`#` starts a comment line). */
export function readPairs(raw: unknown, kind: PairsKind): Read {
  const entries = toEntries(raw);
  if (entries === undefined) return { ok: false, expected };
  const value: [string, string][] = [];
  const warnings: string[] = [];
  for (const [name, item] of entries) {
    const text = item === null ? '' : item;
    if (!isScalar(text))
      return { ok: false, problem: `${name} must be text, not ${Array.isArray(text) ? 'a list' : 'an object'}` };
    const reserved = kind.reserved.find((prefix) => name.startsWith(prefix));
    if (reserved !== undefined) {
      warnings.push(`${name} was skipped: the prefix ${reserved} is reserved`);
      continue;
    }
    const problem = problemOf(name, String(text), kind.of);
    if (problem !== undefined) return { ok: false, problem };
    value.push([name, String(text)]);
  }
  return { ok: true, value: Object.fromEntries(value), warnings };
}

function toEntries(raw: unknown): [string, unknown][] | undefined {
  if (typeof raw === 'string') return raw.trimStart().startsWith('{') ? jsonEntries(raw) : lineEntries(raw);
  if (Array.isArray(raw)) return raw.every((line) => typeof line === 'string') ? lineEntries(raw) : undefined;
  return typeof raw === 'object' && raw !== null ? Object.entries(raw) : undefined;
}

function jsonEntries(text: string): [string, unknown][] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : undefined;
  } catch {
    return undefined;
  }
}

/** A list is taken entry by entry, so that a repeated flag may hold a value of several lines. */
function lineEntries(text: string | readonly string[]): [string, string][] | undefined {
  const lines = typeof text === 'string' ? text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line)) : text;
  const entries: [string, string][] = [];
  for (const line of lines) {
    const at = line.indexOf('=');
    if (at < 1) return undefined;
    entries.push([line.slice(0, at).trim(), typeof text === 'string' ? line.slice(at + 1).trim() : line.slice(at + 1)]);
  }
  return entries;
}

/** Qualified names of the API: an optional DNS prefix, then at most 63 characters. */
const qualifiedName = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const envName = /^[-._A-Za-z][-._A-Za-z0-9]*$/;

/** Values of environment variables never appear in what this returns. */
function problemOf(name: string, text: string, of: PairsKind['of']): string | undefined {
  if (name.includes('\0') || text.includes('\0')) return `${name.replaceAll('\0', '\\0')} ${nulProblem}`;
  switch (of) {
    case 'env':
      if (envName.test(name)) return undefined;
      return `${JSON.stringify(name)} is no name of an environment variable: letters, digits, _, - and ., no digit first`;
    case 'labels':
      if (!qualifiedName.test(name)) return `${JSON.stringify(name)} is no label name`;
      if (labelValue.test(text)) return undefined;
      return `the value of ${name} is no label value: at most 63 letters, digits, -, _ and ., with a letter or digit at both ends`;
    case 'annotations':
      return qualifiedName.test(name) ? undefined : `${JSON.stringify(name)} is no annotation name`;
  }
}
