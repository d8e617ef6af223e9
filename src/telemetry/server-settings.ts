import { readFileSync } from 'node:fs';

/** Where and how metrics are served; `undefined` when no port was asked for, a sentence when what was asked for cannot be. */
export interface ServerSettings {
  host: string;
  port: number;
  token: string | undefined;
  tls: Tls | undefined;
}

export interface Tls {
  cert: Buffer;
  key: Buffer;
}

type Env = Readonly<Record<string, string | undefined>>;

export function serverSettings(env: Env): ServerSettings | string | undefined {
  const text = env.CLAUDE_K8S_METRICS_PORT?.trim();
  if (!text) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    return `CLAUDE_K8S_METRICS_PORT: "${text}" is not a port from 0 to 65535`;
  }
  const token = env.CLAUDE_K8S_METRICS_TOKEN?.trim();
  if (token === '' && env.CLAUDE_K8S_METRICS_TOKEN !== '') return 'CLAUDE_K8S_METRICS_TOKEN: holds nothing but blanks';
  const tls = tlsOf(env);
  if (typeof tls === 'string') return tls;
  const host = env.CLAUDE_K8S_METRICS_HOST?.trim() || '127.0.0.1';
  return { host, port, token: token || undefined, tls };
}

const certName = 'CLAUDE_K8S_METRICS_TLS_CERT';
const keyName = 'CLAUDE_K8S_METRICS_TLS_KEY';

/** Half of a pair is a mistake, and never a reason to serve in the clear. */
function tlsOf(env: Env): Tls | string | undefined {
  const [cert, key] = [env[certName]?.trim(), env[keyName]?.trim()];
  if (!cert && !key) return undefined;
  if (!cert || !key) return `${cert ? keyName : certName}: not set, and TLS needs both a certificate and its key`;
  const [certificate, privateKey] = [read(certName, cert), read(keyName, key)];
  if (typeof certificate === 'string') return certificate;
  return typeof privateKey === 'string' ? privateKey : { cert: certificate, key: privateKey };
}

function read(name: string, path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
