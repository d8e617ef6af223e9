import { isFields } from '../claude/event.ts';

/** Replaces `{{path.to.value}}`. What is not there is left out; objects and lists become JSON. */
export function renderTemplate(template: string, data: object): string {
  return template.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, path: string) => textOf(valueAt(data, path.split('.'))));
}

/** Own fields only: a template reaches no method and no prototype. */
function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
    return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, data);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : '';
}
