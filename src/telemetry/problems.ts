import type { ApiState } from './api-version.ts';
import type { problems } from './label-values.ts';

export type Problem = (typeof problems)[number];

/** What is wrong with the OpenTelemetry of this process, each with a sentence; a process without any has no problem. */
export function apiProblems({ registered, mismatch }: ApiState): Readonly<Partial<Record<Problem, string>>> {
  const traced = registered.includes('trace');
  const lost = traced && !registered.includes('propagation');
  return {
    ...(mismatch === undefined ? {} : { api_version: mismatch }),
    ...(lost ? { no_propagator: noPropagator } : {}),
  };
}

const noPropagator =
  'a tracer is registered in this process and no propagator: requests that arrive and leave carry no trace, so that runs do not hang below what asked for them. Set OTEL_PROPAGATORS=tracecontext,baggage, or register one.';
