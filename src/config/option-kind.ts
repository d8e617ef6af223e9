/** Which alphabet a one-line name is written in; the rules are those of the Kubernetes API. */
export type NameShape = 'word' | 'path' | 'absolute-path' | 'dns-label' | 'dns-subdomain' | 'image';

/** What a configuration value is. The parser, the command line and the host's form each handle every kind. */
export type Kind =
  /** One line; surrounding blanks are cut off. */
  | { is: 'name'; shape: NameShape }
  /** Any number of lines, taken as they are. */
  | { is: 'text' }
  | { is: 'integer'; min: number; max: number }
  | { is: 'boolean' }
  | { is: 'quantity'; of: 'cpu' | 'memory' }
  | { is: 'choice'; of: readonly string[] }
  /** Names with text values. `env` values may be secrets and are never shown. */
  | { is: 'pairs'; of: 'env' | 'labels' | 'annotations'; reserved: readonly string[] }
  | { is: 'arguments' }
  | { is: 'tolerations' };

export type Group = 'Claude' | 'Kubernetes' | 'Lifecycle' | 'Observability';

export interface Option {
  kind: Kind;
  /** The value when the key is absent or empty. `undefined`: nothing is passed on, or it is found elsewhere (the description says where). */
  default: unknown;
  group: Group;
  /** One line of plain words; units in it. */
  description: string;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

interface ValueOfKind {
  name: string | undefined;
  text: string | undefined;
  integer: number;
  boolean: boolean;
  quantity: string;
  pairs: Readonly<Record<string, string>>;
  arguments: readonly string[];
  tolerations: readonly Toleration[];
}

/** The type that a parsed option has: a choice is one of its words, a name with a default is always there. */
export type ValueOf<O extends Option> = O['kind'] extends { is: 'choice'; of: readonly (infer Word)[] }
  ? Word
  : O['kind'] extends { is: 'name' }
    ? O['default'] extends string
      ? string
      : string | undefined
    : ValueOfKind[Exclude<O['kind']['is'], 'choice'>];
