import { type OtlpSignal, otlpSignals } from './otlp-signals.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where one signal is sent to, and the variable that says so. */
export interface OtlpEndpoint {
  signal: OtlpSignal;
  variable: string;
  /** Or a sentence when it is none. */
  url: URL | string;
}

/**
 * Where these signals are sent to by OTLP, as the SDK reads it: each by its own variable, or else by the one for all. One
 * that is not exported, or by something else, has no endpoint, and the default of the SDK is named by nobody.
 */
export function signalEndpoints(env: Env, signals: readonly OtlpSignal[] = otlpSignals): readonly OtlpEndpoint[] {
  return signals.flatMap((signal) => {
    const exporters = listed(env[`OTEL_${signal}_EXPORTER`]);
    if (exporters.includes('none') || (exporters.length > 0 && !exporters.includes('otlp'))) return [];
    const names = [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT'];
    const variable = names.find((name) => env[name]?.trim());
    if (variable === undefined) return [];
    const text = env[variable]?.trim() ?? '';
    const url = urlIn(text, protocolOf(env, signal));
    return [{ signal, variable, url: url ?? `${variable}: "${told(text)}" is no URL with http:// or https://` }];
  });
}

/** Each once. */
export function urlsOf(endpoints: readonly OtlpEndpoint[]): readonly URL[] {
  const urls = endpoints.flatMap(({ url }) => (typeof url === 'string' ? [] : [[url.href, url] as const]));
  return [...new Map(urls).values()];
}

/** A sentence for each variable that is wrong. */
export function mistakesIn(endpoints: readonly OtlpEndpoint[]): readonly string[] {
  return [...new Set(endpoints.map(({ url }) => url).filter((url) => typeof url === 'string'))];
}

/** By gRPC the scheme may be left out. */
function urlIn(text: string, protocol: string | undefined): URL | undefined {
  const whole = protocol === 'grpc' && !/^\w+:\/\//.test(text) ? `https://${text}` : text;
  const url = URL.parse(whole);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function protocolOf(env: Env, signal: OtlpSignal): string | undefined {
  return env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]?.trim() || env.OTEL_EXPORTER_OTLP_PROTOCOL?.trim();
}

/** Without the name and password that may stand before the host. */
function told(text: string): string {
  return text.replace(/^.*@/, '').slice(0, 200);
}

function listed(text = ''): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
