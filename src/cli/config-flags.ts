import type { Command } from 'commander';
import { defaultInWords } from '../config/in-words.ts';
import type { Kind, Option } from '../config/option-kind.ts';
import { type OptionKey, optionKeys, optionOf } from '../config/options.ts';

/** `resources.requests.cpu` -> `--resources-requests-cpu`, `maxTurnsPerRun` -> `--max-turns-per-run`. */
export function flagOf(key: OptionKey): string {
  return `--${key.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Every configuration key as a flag. Values stay text here: the one parser of the configuration reads them. */
export function addConfigFlags(command: Command, take: (key: OptionKey, value: unknown) => void): void {
  for (const key of optionKeys) {
    const option = optionOf(key);
    const flag = command.createOption(`${flagOf(key)} ${placeholder(option.kind)}`, describe(option));
    const several = option.kind.is === 'pairs' || option.kind.is === 'arguments';
    const given: string[] = [];
    flag.argParser((value: string) => {
      given.push(value);
      take(key, several ? [...given] : value);
      return value;
    });
    command.addOption(flag.helpGroup(`${option.group}:`));
    command.on(`option:${flagOf(key).slice(2)}`, (value: unknown) => {
      if (value === null) take(key, true);
    });
  }
}

function placeholder(kind: Kind): string {
  switch (kind.is) {
    case 'boolean':
      return '[true|false]';
    case 'integer':
      return '<number>';
    case 'choice':
      return `<${kind.of.join('|')}>`;
    case 'pairs':
      return '<key=value>';
    case 'arguments':
      return '<argument>';
    case 'tolerations':
      return '<json>';
    case 'quantity':
      return '<quantity>';
    default:
      return '<text>';
  }
}

function describe(option: Option): string {
  const { description, kind } = option;
  const value = defaultInWords(option);
  const shown = value === undefined ? '' : ` (default ${value})`;
  const again = kind.is === 'pairs' || kind.is === 'arguments' ? ' May be given again.' : '';
  return `${description}${shown}${again}`;
}
