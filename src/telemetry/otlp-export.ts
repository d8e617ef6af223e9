import { context, DiagLogLevel, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import type { Clock } from '../engine/clock.ts';
import { exportedSignals, sdkEnv } from './otlp-signals.ts';

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
  if (exportedSignals(env).length === 0) return undefined;
  const troubles = hearTroubles(env);
  const sdk = await startSdk(input, env);
  return {
    async finish() {
      const ended = await bounded(sdk.shutdown(), clock);
      for (const api of [trace, metrics, logs, context, propagation, diag]) api.disable();
      const [first] = troubles;
      if (ended) return first === undefined ? undefined : `telemetry: ${first}`;
      const late = `telemetry: the collector took longer than ${flushMs / 1000} s, and the rest is lost`;
      return first === undefined ? late : `${late}: ${first}`;
    },
  };
}

/** Importing the SDK takes a quarter of a second: only here, and only when it is wanted. */
async function startSdk({ service, version }: OtlpExportInput, env: NodeJS.ProcessEnv) {
  const { NodeSDK, resources } = await import('@opentelemetry/sdk-node');
  const before = { ...env };
  Object.assign(env, sdkEnv(env));
  try {
    const named = env.OTEL_SERVICE_NAME?.trim() || env.OTEL_RESOURCE_ATTRIBUTES?.includes('service.name=');
    const sdk = new NodeSDK({
      resource: resources.defaultResource().merge(resources.resourceFromAttributes({ 'service.version': version })),
      // The detector of the process would put its arguments, and the prompt with them, on everything.
      ...(!env.OTEL_NODE_RESOURCE_DETECTORS && { resourceDetectors: [resources.envDetector] }),
      ...(!named && { serviceName: service }),
    });
    sdk.start();
    return sdk;
  } finally {
    for (const name of Object.keys(sdkEnv(before))) {
      if (before[name] === undefined) delete env[name];
      else env[name] = before[name];
    }
  }
}

/** What the exporters have to say. Somebody who asks for the SDK's own log gets that instead. */
function hearTroubles(env: NodeJS.ProcessEnv): readonly string[] {
  const heard: string[] = [];
  const hear = (text: string) => {
    if (heard.length < 10) heard.push(messageIn(text));
  };
  const quiet = () => {};
  if (!env.OTEL_LOG_LEVEL) {
    const logger = { error: hear, warn: hear, info: quiet, debug: quiet, verbose: quiet };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }
  return heard;
}

/** The SDK tells an error as JSON with its stack. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? oneLine(message) : oneLine(text);
  } catch {
    return oneLine(text);
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

/** True when the work ended, well or not, within the bound. */
async function bounded(work: Promise<unknown>, clock: Clock): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const cancel = clock.at(clock.now() + flushMs, () => resolve(false));
  const ended = work.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([ended, late]);
  cancel();
  return inTime;
}
