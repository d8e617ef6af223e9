import { quotedForms } from '../manifest/secret-forms.ts';

/** Shorter texts are no tokens, and would be found in ordinary words. */
const tokenCharsMin = 12;

/** The longest first: one may stand within another. */
function formsOf(secrets: Readonly<Record<string, string>>): readonly string[] {
  const tokens = Object.values(secrets).filter((value) => value.length >= tokenCharsMin);
  return [...new Set(tokens.flatMap(quotedForms))].sort((one, other) => other.length - one.length);
}

/** Takes the run's own tokens out of a text. The length stays, and so does every JSON line. */
export function textWithout(secrets: Readonly<Record<string, string>>): (text: string) => string {
  const forms = formsOf(secrets);
  return (text) =>
    forms.reduce((left, form) => (left.includes(form) ? left.replaceAll(form, '*'.repeat(form.length)) : left), text);
}

/**
 * The same for all texts of a value that is plain data. An agent's last words and an API's refusal are quoted in the evidence,
 * and that goes to the host, into spans and into log records. What holds no token comes back as it is.
 */
export function valueWithout(secrets: Readonly<Record<string, string>>): <T>(value: T) => T {
  if (formsOf(secrets).length === 0) return (value) => value;
  const clean = textWithout(secrets);
  // Only texts change, and into texts.
  return <T>(value: T) => cleaned(value, clean) as T;
}

function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => cleaned(item, clean));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const changed = Object.entries(value).flatMap(([key, inner]) => {
    const left = cleaned(inner, clean);
    return left === inner ? [] : [[key, left] as const];
  });
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}
