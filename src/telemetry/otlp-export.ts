import { context, DiagLogLevel, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import type { Clock } from '../engine/clock.ts';
import { probe } from './exporter-probe.ts';
import { mistakesIn, signalEndpoints, urlsOf } from './otlp-endpoints.ts';
import { exportedSignals, type OtlpSignal, sdkEnv } from './otlp-signals.ts';

/** A collector that is slow or away may cost the end of a process no more than this. */
export const flushMs = 2_000;

export interface OtlpExport {
  /** Sends what there is, for at most `flushMs`, and exports nothing more. What went wrong, as a sentence. */
  finish(): Promise<string | undefined>;
}

export interface OtlpExportInput {
  /** `service.name`, unless the environment has one. */
  service: string;
  version: string;
  clock: Clock;
  env?: NodeJS.ProcessEnv;
}

/**
 * Registers an SDK that exports what the environment asks for; undefined when it asks for nothing. For a process of our
 * own only: inside a host the SDK is the host's.
 */
export async function startOtlpExport(input: OtlpExportInput): Promise<OtlpExport | undefined> {
  const { clock, env = process.env } = input;
  const asked = exportedSignals(env);
  if (asked.length === 0) return undefined;
  const endpoints = signalEndpoints(env, asked);
  const mistakes = mistakesIn(endpoints);
  // The SDK would send these to its default address, where nobody has asked it to.
  const nowhere = endpoints.filter(({ url }) => typeof url === 'string').map(({ signal }) => signal);
  const exported = asked.filter((signal) => !nowhere.includes(signal));
  const warn = (sentences: readonly string[]) => `telemetry: ${sentences.join('; ')}`;
  if (exported.length === 0) return { finish: async () => warn(mistakes) };
  const heard = hearTroubles(env);
  const sdk = await startSdk(input, env, exported);
  return {
    async finish() {
      const away = await late(sdk.shutdown(), urlsOf(endpoints), clock);
      for (const api of [trace, metrics, logs, context, propagation, diag]) api.disable();
      const troubles = [...mistakes, ...heard.slice(0, 1)];
      if (away === undefined) return troubles.length === 0 ? undefined : warn(troubles);
      const lost = `telemetry: the collector took longer than ${flushMs / 1000} s, and the rest is lost`;
      return [lost, [...troubles, ...away].join('; ')].filter(Boolean).join(': ');
    },
  };
}

/** Importing the SDK takes a quarter of a second: only here, and only when it is wanted. */
async function startSdk(
  { service, version }: OtlpExportInput,
  env: NodeJS.ProcessEnv,
  exported: readonly OtlpSignal[],
) {
  const { NodeSDK, resources } = await import('@opentelemetry/sdk-node');
  const before = { ...env };
  const told = sdkEnv(env, exported);
  Object.assign(env, told);
  try {
    const named = env.OTEL_SERVICE_NAME?.trim() || env.OTEL_RESOURCE_ATTRIBUTES?.includes('service.name=');
    const sdk = new NodeSDK({
      resource: resources.defaultResource().merge(resources.resourceFromAttributes({ 'service.version': version })),
      // The detector of the process would put its arguments, and the prompt with them, on everything.
      ...(!env.OTEL_NODE_RESOURCE_DETECTORS && { resourceDetectors: [resources.envDetector] }),
      // It warns of a `none` for traces, and of no other.
      ...(!exported.includes('TRACES') && { spanProcessors: [] }),
      ...(!named && { serviceName: service }),
    });
    sdk.start();
    return sdk;
  } finally {
    for (const name of Object.keys(told)) {
      if (before[name] === undefined) delete env[name];
      else env[name] = before[name];
    }
  }
}

/** What the exporters have to say. Somebody who asks for the SDK's own log gets that instead. */
function hearTroubles(env: NodeJS.ProcessEnv): readonly string[] {
  const heard: string[] = [];
  const hear = (...words: readonly unknown[]) => {
    // What a collector answered, byte by byte, says nothing to a reader.
    const read = words.filter((word) => !(word instanceof Uint8Array));
    if (heard.length < 10) heard.push(oneLine(read.map(messageIn).join(' ')));
  };
  const quiet = () => {};
  if (!env.OTEL_LOG_LEVEL) {
    const logger = { error: hear, warn: hear, info: quiet, debug: quiet, verbose: quiet };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }
  return heard;
}

/** The SDK tells an error as JSON with its stack; before it may stand the name of a part of the SDK, or what happened. */
function messageIn(word: unknown): string {
  if (word instanceof Error) return word.message;
  const text = String(word);
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

/**
 * Undefined when the work ended, well or not, within the bound; else what is known of where it sends to. That is asked
 * within the bound as well.
 */
async function late(
  work: Promise<unknown>,
  urls: readonly URL[],
  clock: Clock,
): Promise<readonly string[] | undefined> {
  const half = flushMs / 2;
  const { promise: over, resolve } = Promise.withResolvers<readonly string[]>();
  let cancel = clock.at(clock.now() + half, () => {
    const asked = Promise.all(
      urls.map(async (url) => (await probe(url, clock, half)) ?? `${url.host} accepts connections`),
    );
    cancel = clock.at(clock.now() + half, () => void asked.then(resolve));
  });
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  const away = await Promise.race([ended, over]);
  cancel();
  return away;
}
