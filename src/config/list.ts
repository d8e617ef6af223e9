import { z } from 'zod';
import { isScalar, nulProblem, type Read } from './scalar.ts';

/** Arguments as a list, the JSON text of a list, or one text that is split as a shell would, without any expansion. */
export function readArguments(raw: unknown): Read {
  const list = typeof raw === 'string' ? splitArguments(raw) : raw;
  if (list === undefined) return { ok: false, problem: 'has a quote that is never closed' };
  if (!Array.isArray(list) || !list.every(isScalar)) return { ok: false, expected: 'a list of texts, or one text' };
  const value = list.map(String);
  return value.some((one) => one.includes('\0')) ? { ok: false, problem: nulProblem } : { ok: true, value };
}

function splitArguments(text: string): unknown {
  if (text.trimStart().startsWith('[')) {
    const parsed = parseJson(text);
    if (Array.isArray(parsed)) return parsed;
  }
  return splitWords(text);
}

/** Single quotes keep everything, double quotes keep all but backslash, a backslash keeps the next character. Undefined: an open quote. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const word = /^(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/.exec(rest)?.[0];
    if (word === undefined) return undefined;
    const next = rest.slice(word.length);
    if (next !== '' && !/^\s/.test(next)) return undefined;
    words.push(unquote(word));
    rest = next.trimStart();
  }
  return words;
}

function unquote(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g, (_all, single, double, escaped) => {
    if (typeof single === 'string') return single;
    if (typeof double === 'string') return double.replace(/\\(["\\$`])/g, '$1');
    return String(escaped);
  });
}

const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().optional(),
});

/** Kubernetes tolerations as a list or its JSON text. */
export function readTolerations(raw: unknown): Read {
  const list = typeof raw === 'string' ? parseJson(raw) : raw;
  if (!Array.isArray(list)) return { ok: false, expected: 'a list of tolerations, or its JSON text' };
  const parsed = z.array(toleration).safeParse(list);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  const where = issue?.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return { ok: false, problem: `${where ?? ''} is not right: ${issue?.message ?? 'not a toleration'}`.trim() };
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
