import type { RunPlan } from '../manifest/plan.ts';
import { quotedForms } from '../manifest/secret-forms.ts';

/** Shorter texts would be found in ordinary words. */
const bytesMin = 8;

/** The texts of a run that may stand nowhere, in every form in which an API or a program writes them, as bytes in latin1. */
export function knownSecrets(plan: RunPlan): string[] {
  const { config, secretEnv, inherited, prompt, instructions, settings } = plan;
  const texts = [
    prompt,
    instructions ?? '',
    settings ?? '',
    ...Object.values(secretEnv),
    ...Object.values(config.env).filter(isNoWord),
    ...(inherited?.env ?? []).map(({ value }) => value ?? '').filter(isNoWord),
    ...config.extraArgs.flatMap((argument) => [argument, argument.replace(/^[^=]*=/, '')]).filter(isNoFlag),
    ...Object.values(config.podAnnotations).filter(isNoWord),
  ];
  const forms = texts.flatMap(formsOf);
  const unique = new Set(forms.filter((text) => text.length >= bytesMin).map(latin1));
  // The longest first: one may stand within another.
  return [...unique].sort((one, other) => other.length - one.length);
}

/** As it is only without a quotation mark: a text that is JSON itself would be found in the structure of other JSON. */
function formsOf(text: string): string[] {
  const forms = quotedForms(text).filter((form) => form !== text || !text.includes('"'));
  return [...forms, Buffer.from(text).toString('base64')];
}

/** A plain word, such as `production`, is no secret, and names of fields are such words. */
function isNoWord(text: string): boolean {
  return !/^(?:[A-Za-z]{1,20}|true|false|\/paperclip[\w/.-]*)$/.test(text);
}

function isNoFlag(text: string): boolean {
  return isNoWord(text) && !/^--?[a-z-]+$/.test(text);
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
