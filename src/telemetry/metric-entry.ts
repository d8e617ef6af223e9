import { other } from './closed.ts';

export type Labels = Readonly<Record<string, string>>;

export interface MetricEntry {
  name: string;
  kind: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** What one step of the value is: `seconds`, `bytes`, `runs`. */
  unit: string;
  /** Label names with their closed value sets; `seen` marks one whose values are learnt, up to `limit`. */
  labels: Readonly<Record<string, readonly string[] | SeenValues>>;
  /** The label sets that can occur, where that is not every combination of the values. */
  sets?: () => readonly Labels[];
  /** One series that tells constants of the process by its labels: it has no closed sets, and no 0. */
  constant?: true;
  /** Upper bounds, ascending, without +Inf. */
  buckets?: readonly number[];
  /** Belongs to one run, so a sample can point at that run's trace. */
  exemplars: boolean;
}

/** A label whose values cannot be known before: the first `limit` of a process, then `_OTHER`. */
export interface SeenValues {
  seen: string;
  limit: number;
}

export function isSeen(values: readonly string[] | SeenValues): values is SeenValues {
  return 'seen' in values;
}

/** Every label set that exists from the first scrape on, each once; the last one takes what fits no other. */
export function bornSets(entry: MetricEntry): readonly Labels[] {
  const names = Object.keys(entry.labels);
  if (names.length === 0) return [{}];
  const sets = namedSets(entry);
  const outside = Object.fromEntries(names.map((name) => [name, other]));
  return sets.some((set) => names.every((name) => set[name] === other)) ? sets : [...sets, outside];
}

/** The label sets that are expected; `_OTHER` stands for a value that is learnt. */
export function namedSets(entry: MetricEntry): readonly Labels[] {
  return entry.sets?.() ?? combinations(entry.labels);
}

/** The most series that the metric can ever have in one process. */
export function worstCase(entry: MetricEntry): number {
  const perSet = entry.kind === 'histogram' ? (entry.buckets?.length ?? 0) + 3 : 1;
  const seen = Object.values(entry.labels).filter(isSeen);
  const learnt = seen.reduce((product, values) => product * (values.limit + 1), 1);
  return (bornSets(entry).length + namedSets(entry).length * (learnt - 1)) * perSet;
}

function combinations(labels: MetricEntry['labels']): readonly Labels[] {
  return Object.entries(labels).reduce<readonly Labels[]>(
    (sets, [name, values]) =>
      sets.flatMap((set) => (isSeen(values) ? [other] : values).map((value) => ({ ...set, [name]: value }))),
    [{}],
  );
}
