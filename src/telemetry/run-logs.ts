import type { Context } from '@opentelemetry/api';
import { type Logger, SeverityNumber } from '@opentelemetry/api-logs';
import type { Transition } from '../run/transition.ts';
import type { AttributeValues } from './attributes.ts';
import { contextOf, isTrouble, logAttributes } from './log-attributes.ts';
import { type LogEntry, logEvents, logRecordsPerRun, type Severity } from './log-catalogue.ts';
import { hrTime, known } from './span-values.ts';
import type { TransitionListener } from './tap.ts';

export interface RunLogsInput {
  logger: Logger;
  runId: string;
  /** Of the span that is current: the record leads to it. */
  context: () => Context;
  /** Told once, at the end, when the bound of a run left something out. */
  dropped: (records: number) => void;
}

/** One record for each transition of a run, up to a bound; its end is always told. */
export function logRun({ logger, runId, context, dropped }: RunLogsInput): TransitionListener {
  let about: AttributeValues = { 'claude_k8s.run.id': runId };
  let startedAt: number | undefined;
  let records = 0;
  let output = false;
  return (t) => {
    if (t.type === 'output') {
      if (output) return;
      output = true;
    }
    if (t.type === 'run_started') startedAt = t.at;
    about = { ...about, ...contextOf(t) };
    if (++records > logRecordsPerRun && t.type !== 'run_ended') return;
    const over = Math.max(0, records - 1 - logRecordsPerRun);
    const end = t.type === 'run_ended' ? ending(t, startedAt, over) : {};
    logger.emit(recordOf(logEvents[t.type], t, { ...about, ...logAttributes(t), ...end }, context()));
    if (t.type === 'run_ended' && over > 0) dropped(over);
  };
}

function recordOf(entry: LogEntry, t: Transition, values: AttributeValues, context: Context) {
  const severity = isTrouble(t) ? (entry.trouble ?? entry.severity) : entry.severity;
  return {
    ...head(entry, severity),
    timestamp: hrTime(t.at),
    attributes: known({ 'claude_k8s.event': entry.event, ...values }),
    context,
  };
}

/** What stands on every record of an event; the body is constant, what differs is in the attributes. */
export function head({ event: eventName, brief: body }: LogEntry, severity: Severity) {
  return { eventName, body, severityText: severity, severityNumber: SeverityNumber[severity] };
}

function ending(
  { at }: Extract<Transition, { type: 'run_ended' }>,
  startedAt: number | undefined,
  over: number,
): AttributeValues {
  return {
    'claude_k8s.run.seconds': startedAt === undefined ? undefined : Math.max(0, at - startedAt) / 1000,
    'claude_k8s.records.dropped': over || undefined,
  };
}
