import type { RunPlan } from '../manifest/plan.ts';
import { createFiller } from './filler.ts';
import type { HeaderFrame } from './frame.ts';
import { type Rule, rewriteJson, rewriteJsonInTurns, turnBytes } from './json-bytes.ts';
import { knownSecrets } from './known-secrets.ts';
import { keepKnownWords, keepKnownWordsInTurns } from './known-words.ts';
import { objectRule } from './object-rule.ts';
import { eventOf, outputRule } from './output-rule.ts';
import { createRules, type Rules } from './rules.ts';
import { replaceSecrets } from './secret-shapes.ts';

/**
 * Takes everything out of a bundle that is not needed to explain a failure, length for length: bytes stay as many, JSON
 * keeps its shape, equal texts stay equal within the bundle. All texts are bytes as latin1.
 *
 * - Objects of the API: see `object-rule.ts`. Request headers are never recorded, of the answer's only a few.
 * - A line of the agent's log: a stream-json event by `output-rule.ts`, any other JSON keeps its shape only, plain text
 *   keeps the words of `known-words.ts`, and half a JSON line keeps its first sign.
 * - On top, wherever they stand: the run's own secrets (`known-secrets.ts`) and what looks like one (`secret-shapes.ts`).
 *
 * With the policy `kept` only the last is done to the agent's output: for an agent that says what was written for it.
 */
export interface Redactor {
  /** The body of one answer, or one event of a watch. */
  object(text: string): string;
  /** The same for one that may be megabytes: others have their turn in between. */
  objectInTurns(text: string, turn: () => Promise<void>): Promise<string>;
  /** One line of a log without its end, with or without the stamp. */
  logLine(line: string): string;
  /** A path, a message, a header. */
  text(text: string): string;
  /** Any value as JSON, by a rule of its own. */
  value(value: unknown, rule: (rules: Rules) => Rule): unknown;
}

export type OutputPolicy = HeaderFrame['redaction']['output'];

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,16} ?/;

/** As it is written without blanks: the end of a line whose beginning was cut off. */
const pieceOfJson = /"[:,]["[{]|"[\]}]|\\"/;

export function createRedactor(plan: RunPlan, policy: OutputPolicy = 'filler'): Redactor {
  const filler = createFiller();
  const { fill } = filler;
  const rules = createRules(filler);
  const { keep } = rules;
  const forOutput = policy === 'kept' ? { ...rules, fill: keep, words: keep } : rules;
  const forObjects = objectRule(rules);
  const secrets = knownSecrets(plan);
  const without = (text: string, secret: string) =>
    text.includes(secret) ? text.replaceAll(secret, fill(secret)) : text;
  const withoutKnown = (text: string) => secrets.reduce(without, text);
  const words = (text: string) => withoutKnown(keepKnownWords(text, fill));

  function output(line: string): string {
    if (policy === 'kept') return withoutKnown(replaceSecrets(line, fill));
    const trimmed = line.trimStart();
    if (!trimmed.startsWith('{')) return pieceOfJson.test(line) ? fill(line) : words(line);
    const event = eventOf(parsed(line));
    const json = rewriteJson(line, event === undefined ? rules.opaque : outputRule(rules, event));
    if (json !== undefined) return withoutKnown(json);
    const before = line.length - trimmed.length + 1;
    return line.slice(0, before) + fill(line.slice(before));
  }

  return {
    object: (text) => withoutKnown(rewriteJson(text, forObjects) ?? keepKnownWords(text, fill)),
    async objectInTurns(text, turn) {
      let left = (await rewriteJsonInTurns(text, forObjects, turn)) ?? (await keepKnownWordsInTurns(text, fill, turn));
      for (const secret of secrets) {
        // Each goes over the whole text.
        if (text.length > turnBytes) await turn();
        left = without(left, secret);
      }
      return left;
    },
    logLine(line) {
      const before = stamp.exec(line)?.[0] ?? '';
      return before + output(line.slice(before.length));
    },
    text: (text) => withoutKnown(replaceSecrets(text, fill)),
    value(value, rule) {
      const json = Buffer.from(JSON.stringify(value) ?? 'null').toString('latin1');
      const redacted = withoutKnown(rewriteJson(json, rule(forOutput)) ?? 'null');
      return parsed(Buffer.from(redacted, 'latin1').toString('utf8'));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
