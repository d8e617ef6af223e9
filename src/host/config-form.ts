import type { Option } from '../config/option-kind.ts';
import { type OptionKey, optionKeys, optionOf } from '../config/options.ts';
import { models } from './models.ts';

/** One field of the host's form; the value that it writes stands in the agent's configuration under its key. */
export interface FormField {
  key: string;
  label: string;
  type: 'text' | 'select' | 'toggle' | 'number' | 'textarea' | 'combobox';
  options?: { label: string; value: string }[];
  default?: unknown;
  hint: string;
  group: string;
}

/** The form has these of its own. */
const ofTheHost: readonly OptionKey[] = ['env', 'instructionsFilePath', 'effort', 'extraArgs'];

/** The form in which an agent is set up. What the form begins with it also writes, so only plain defaults are in it. */
export function configForm(): { fields: FormField[] } {
  return { fields: optionKeys.filter((key) => !ofTheHost.includes(key)).map(fieldOf) };
}

function fieldOf(key: OptionKey): FormField {
  const option = optionOf(key);
  const plain = ['string', 'number', 'boolean'].includes(typeof option.default);
  return {
    key,
    label: labelOf(key),
    ...inputOf(key, option),
    ...(plain && { default: option.default }),
    hint: option.description,
    group: option.group,
  };
}

function inputOf(key: OptionKey, { kind }: Option): Pick<FormField, 'type' | 'options'> {
  if (key === 'model') return { type: 'combobox', options: models.map(({ id, label }) => ({ label, value: id })) };
  switch (kind.is) {
    case 'boolean':
      return { type: 'toggle' };
    case 'integer':
      return { type: 'number' };
    case 'choice':
      return { type: 'select', options: kind.of.map((value) => ({ label: value, value })) };
    case 'name':
    case 'quantity':
      return { type: 'text' };
    case 'text':
    case 'pairs':
    case 'arguments':
    case 'tolerations':
      return { type: 'textarea' };
  }
}

/** `resources.limits.cpu` -> `Resources limits cpu`, `timeoutSec` -> `Timeout sec`. */
function labelOf(key: OptionKey): string {
  const words = key.replaceAll('.', ' ').replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}
