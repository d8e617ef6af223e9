import type { Option, ValueOf } from './option-kind.ts';
import { claudeOptions } from './options-claude.ts';
import { kubernetesOptions } from './options-kubernetes.ts';
import { lifecycleOptions, observabilityOptions } from './options-lifecycle.ts';

/** Every configuration key, once: the parser, the command line's flags, the host's form and the documentation come from it. */
export const options = {
  ...claudeOptions,
  ...kubernetesOptions,
  ...lifecycleOptions,
  ...observabilityOptions,
} as const;

export type OptionKey = keyof typeof options;

/** The parsed value of every key, flat. */
export type OptionValues = { [Key in OptionKey]: ValueOf<(typeof options)[Key]> };

export const optionKeys = Object.keys(options).filter(isOptionKey);

export function isOptionKey(text: string): text is OptionKey {
  return Object.hasOwn(options, text);
}

export function optionOf(key: OptionKey): Option {
  return options[key];
}
