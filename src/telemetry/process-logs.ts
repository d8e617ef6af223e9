import type { Logger } from '@opentelemetry/api-logs';
import type { AttributeValues } from './attributes.ts';
import type { LogEntry } from './log-catalogue.ts';
import { head } from './run-logs.ts';
import { known } from './span-values.ts';

/** A record of what belongs to no run. */
export function logProcess(logger: Logger | undefined, entry: LogEntry, values: AttributeValues): void {
  const attributes = known({ 'claude_k8s.event': entry.event, ...values });
  logger?.emit({ ...head(entry, entry.severity), attributes });
}
