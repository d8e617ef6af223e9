export const otlpSignals = ['TRACES', 'METRICS', 'LOGS'] as const;
export type OtlpSignal = (typeof otlpSignals)[number];

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What the environment asks to be exported: a signal that has an exporter or an endpoint of its own, or all of them when
 * there is an endpoint for all. The SDK alone would send the others to its default address as well.
 */
export function exportedSignals(env: Env): readonly OtlpSignal[] {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return [];
  return otlpSignals.filter((signal) => {
    const exporter = env[`OTEL_${signal}_EXPORTER`]?.trim();
    if (exporter) return exporter !== 'none';
    return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]?.trim());
  });
}

/** What the SDK is to be told beside what it is told already: only these are exported. */
export function sdkEnv(env: Env, exported: readonly OtlpSignal[]): Readonly<Record<string, string>> {
  const others = otlpSignals.filter((signal) => !exported.includes(signal));
  // A burst of replayed runs is more than a queue of the usual 2,048 holds; what does not fit is lost without a word.
  const queues = ['OTEL_BSP_MAX_QUEUE_SIZE', 'OTEL_BLRP_MAX_QUEUE_SIZE'].filter((name) => !env[name]);
  return Object.fromEntries([
    ...others.map((signal) => [`OTEL_${signal}_EXPORTER`, 'none']),
    ...queues.map((name) => [name, '20000']),
  ]);
}
