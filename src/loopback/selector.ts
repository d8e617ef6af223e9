import { isRecord, type KubeObject } from './object.ts';
import type { Resource } from './resources.ts';
import { badRequest } from './status.ts';

export type Matcher = (object: KubeObject) => boolean;

/**
 * `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.
 * @throws Refusal 400
 */
export function labelMatcher(selector: string | undefined): Matcher {
  if (selector === undefined || selector.trim() === '') return () => true;
  const requirements = splitOutsideParentheses(selector).map(requirement);
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

/**
 * `a.b=c`, `a.b==c`, `a.b!=c`, joined by commas, on the fields that the kind offers.
 * @throws Refusal 400
 */
export function fieldMatcher(selector: string | undefined, resource: Resource): Matcher {
  if (selector === undefined || selector.trim() === '') return () => true;
  const terms = selector.split(',').map((term) => {
    const parts = /^([^=!]+)(==|!=|=)(.*)$/.exec(term.trim());
    const [, field = '', operator, value = ''] = parts ?? [];
    if (!parts) throw badRequest(`invalid field selector: ${term}`);
    if (!resource.fields.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return (object: KubeObject) => (fieldValue(object, field) === value) === (operator !== '!=');
  });
  return (object) => terms.every((holds) => holds(object));
}

type Labels = Record<string, string>;

const NAME = String.raw`[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?`;
const EQUALITY = new RegExp(String.raw`^(${NAME})\s*(==|=|!=)\s*([\w.-]*)$`);
const MEMBERSHIP = new RegExp(String.raw`^(${NAME})\s+(in|notin)\s+\(([^()]*)\)$`);
const EXISTENCE = new RegExp(String.raw`^(!?)\s*(${NAME})$`);

function requirement(text: string): (labels: Labels) => boolean {
  const trimmed = text.trim();
  const equality = EQUALITY.exec(trimmed);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const membership = MEMBERSHIP.exec(trimmed);
  if (membership) {
    const [, key = '', operator, list = ''] = membership;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return (labels) => {
      const value = labels[key];
      return (value !== undefined && values.has(value)) === (operator === 'in');
    };
  }
  const existence = EXISTENCE.exec(trimmed);
  if (existence) {
    const [, not, key = ''] = existence;
    return (labels) => Object.hasOwn(labels, key) === (not === '');
  }
  throw badRequest(`unable to parse requirement: ${trimmed}`);
}

function splitOutsideParentheses(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/);
}

function fieldValue(object: KubeObject, field: string): string {
  let at: unknown = object;
  for (const step of field.split('.')) at = isRecord(at) ? at[step] : undefined;
  // An event's `source` label is the component of that object.
  if (isRecord(at)) at = at.component;
  return at === undefined || at === null ? '' : String(at);
}
