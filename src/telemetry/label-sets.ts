import { other } from './closed.ts';
import { bornSets, isSeen, type Labels, type MetricEntry, namedSets } from './metric-entry.ts';

/** Which label sets one metric has, and where anything else is counted. */
export class LabelSets {
  private readonly entry: MetricEntry;
  private readonly names: readonly string[];
  private readonly there = new Map<string, Labels>();
  private readonly learnt = new Map<string, Set<string>>();
  private readonly birth: (labels: Labels) => void;

  /** `birth` makes a series at 0; it is called once for each. */
  constructor(entry: MetricEntry, birth: (labels: Labels) => void) {
    this.entry = entry;
    this.names = Object.keys(entry.labels);
    this.birth = birth;
    if (entry.constant !== true) for (const set of bornSets(entry)) this.bear(set);
  }

  /** The labels themselves, or the set that takes what is outside; the same object when they are inside. */
  fit(labels: Labels): Labels {
    if (this.entry.constant === true || this.there.has(this.key(labels))) return labels;
    for (const name of this.names) this.learn(name, labels[name] ?? other);
    if (this.there.has(this.key(labels))) return labels;
    const near = this.with((name) => this.nearest(name, labels[name] ?? other));
    return this.there.has(this.key(near)) ? near : this.with(() => other);
  }

  /** Learns a value of a label that has no closed set, up to its limit: all its series are born at once. */
  learn(name: string, value: string): void {
    const values = this.entry.labels[name];
    if (values === undefined || !isSeen(values) || value === other || value.length > 128) return;
    const known = this.learnt.get(name) ?? new Set();
    if (known.has(value) || known.size >= values.limit) return;
    this.learnt.set(name, known.add(value));
    for (const set of namedSets(this.entry)) this.bear({ ...set, [name]: value });
  }

  /** Those that were born. */
  all(): Iterable<Labels> {
    return this.there.values();
  }

  private nearest(name: string, value: string): string {
    const values = this.entry.labels[name];
    if (values === undefined || isSeen(values)) return this.learnt.get(name)?.has(value) ? value : other;
    return values.includes(value) ? value : other;
  }

  private with(value: (name: string) => string): Labels {
    return Object.fromEntries(this.names.map((name) => [name, value(name)]));
  }

  private bear(labels: Labels): void {
    const key = this.key(labels);
    if (this.there.has(key)) return;
    this.there.set(key, labels);
    this.birth(labels);
  }

  private key(labels: Labels): string {
    let key = '';
    for (const name of this.names) key += `${labels[name]}\u0000`;
    return key;
  }
}
