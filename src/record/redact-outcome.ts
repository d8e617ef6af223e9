import { judge } from '../failure/verdict.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Transition } from '../run/transition.ts';
import type { Rule } from './json-bytes.ts';
import type { Redactor } from './redact.ts';
import { having, type Rules } from './rules.ts';

/** What was decided, and what was thought of the end, without a word of the agent's. */
export function redactTransition(redactor: Redactor, transition: Transition): Transition {
  if (transition.type === 'run_ended') {
    return { ...transition, outcome: redactOutcome(redactor, transition.outcome) };
  }
  // It comes back in the shape in which it was given.
  return redactor.value(transition, ({ keep }) => keep) as Transition;
}

/**
 * The evidence by the rules of the log and of objects. The message quotes the evidence, so it is made anew from what is
 * left of it; code and cause are those that were decided.
 */
export function redactOutcome(redactor: Redactor, outcome: Outcome): Outcome {
  const { verdict, ...rest } = outcome;
  const left = redactor.value(rest, outcomeRule(outcome.result?.isError === true)) as Omit<Outcome, 'verdict'>;
  const evidence = left.evidence;
  const before = judge(outcome.evidence);
  const after = judge(evidence);
  const notes = verdict.notes.filter((note) => !before.notes.includes(note)).map((note) => redactor.text(note));
  const { message, ruledOut, contradictions } = after.code === verdict.code ? after : hidden;
  const { code, cause, exitCode, signal } = verdict;
  return {
    ...left,
    verdict: { code, cause, exitCode, signal, message, ruledOut, contradictions, notes: [...after.notes, ...notes] },
  };
}

const hidden = { message: '', ruledOut: [], contradictions: [] };

function outcomeRule(failed: boolean): (rules: Rules) => Rule {
  return ({ keep, words, fill }) => {
    const transcript = having(keep, (name) => {
      if (name === 'firstPlainText' || name === 'plainText' || name === 'errors') return words;
      if (name === 'text') return failed ? words : fill;
      return name === 'lastText' ? fill : undefined;
    });
    // The last words of a container are the end of its log; those of a waiting one keep what tells of the failure.
    const container = having(keep, (name) => (name === 'message' ? words : undefined));
    return having(keep, (name) => {
      if (name === 'transcript' || name === 'result') return transcript;
      return name === 'container' || name === 'agent' || name === 'inits' ? container : undefined;
    });
  };
}
