import type { AttributeName } from '../../src/telemetry/attributes.ts';
import { logEvents, processLogEvents } from '../../src/telemetry/log-catalogue.ts';

/** Loki keeps attributes that came by OTLP as structured metadata, under names that it can write. */
export function label(name: AttributeName): string {
  return name.replaceAll(/\W/g, '_');
}

/** Names that come from Loki and from the resource of a process, not from our records. */
export const lokiLabels = ['service_name', 'k8s_cluster_name', 'trace_id'] as const;

const processes = '{service_name=~"$service"}';
const cluster = 'k8s_cluster_name=~"$cluster"';

/** Records of these events of runs, from the processes, namespaces and clusters that the board looks at; no key: of all. */
export function records(keys: readonly (keyof typeof logEvents)[], ...filters: readonly string[]): string {
  const event = label('claude_k8s.event');
  const names = keys.map((key) => logEvents[key].event).join('|');
  const named = names === '' ? `${event}!=""` : `${event}=~"${names}"`;
  return [processes, named, `${label('k8s.namespace.name')}=~"$namespace"`, cluster, ...filters].join(' | ');
}

/** Records that belong to a process and to no run, and so to no namespace. */
export function processRecords(): string {
  const names = Object.values(processLogEvents).map(({ event }) => event);
  return [processes, `${label('claude_k8s.event')}=~"${names.join('|')}"`, cluster].join(' | ');
}

export function is(name: AttributeName, value: string): string {
  return `${label(name)}="${value}"`;
}

export function isThere(name: AttributeName): string {
  return `${label(name)}!=""`;
}

/** What a line says instead of its constant text: words, and attributes by their names. */
export function say(...parts: readonly ({ name: AttributeName } | string)[]): string {
  const words = parts.map((part) => (typeof part === 'string' ? part : `{{.${label(part.name)}}}`));
  return `line_format "${words.join(' ')}"`;
}

/** How many in the whole time that is shown, by attribute: the most frequent. */
export function mostFrequent(count: number, by: readonly AttributeName[], query: string): string {
  return `topk(${count}, sum by (${by.map(label).join(', ')}) (count_over_time(${query} [$__range])))`;
}

/** How many in each step, by attribute. */
export function perStep(by: readonly AttributeName[], query: string): string {
  return `sum by (${by.map(label).join(', ')}) (count_over_time(${query} [$__auto]))`;
}
