import { table } from './markdown.ts';
import type { Option } from './option-kind.ts';
import { optionKeys, optionOf } from './options.ts';

/** What may be given for an option, in a few words. */
function kindInWords({ kind }: Option): string {
  switch (kind.is) {
    case 'name':
      return 'name';
    case 'text':
      return 'text';
    case 'integer':
      return `whole number from ${kind.min}`;
    case 'boolean':
      return 'true or false';
    case 'quantity':
      return `quantity of ${kind.of}`;
    case 'choice':
      return kind.of.join(', ');
    case 'pairs':
      return 'names with values: an object, its JSON, or lines of name=value';
    case 'arguments':
      return 'list, or one text';
    case 'tolerations':
      return 'list, or its JSON';
  }
}

/** Undefined where a key that is not set has no value of its own. */
export function defaultInWords({ default: value }: Option): string | undefined {
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
    return undefined;
  return String(value);
}

/** Every configuration key as a table of Markdown. */
export function configurationTable(): string {
  const rows = optionKeys.map((key) => {
    const option = optionOf(key);
    const value = defaultInWords(option);
    return [`\`${key}\``, kindInWords(option), value === undefined ? '' : `\`${value}\``, option.description];
  });
  return table(['key', 'what', 'default', ''], rows);
}
