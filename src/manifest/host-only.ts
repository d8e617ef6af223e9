/** Secrets and settings of the server that no agent may see; an agent reads its own from its run. */
const serverNames = [
  'PAPERCLIP_AGENT_JWT_SECRET',
  'BETTER_AUTH_SECRET',
  'DATABASE_URL',
  'NODE_OPTIONS',
  'PORT',
  'HOST',
];
const serverPrefixes = ['CLAUDE_K8S_', 'OTEL_'];
/** Paths on the disk of the server's process. */
const processNames =
  /^(?:TMPDIR|TMP|TEMP|GH_CONFIG_DIR|PAPERCLIP_TMPDIR|PAPERCLIP_(?:\w+_)?SCRATCH_DIR|PAPERCLIP_GITHUB_HOST_HOME|PAPERCLIP_RUNNER_NETWORK_ROOTS)$/;

/** Whether a variable of our own pod stays with our own pod. */
export function isHostOnly(name: string): boolean {
  return (
    serverNames.includes(name) || serverPrefixes.some((prefix) => name.startsWith(prefix)) || processNames.test(name)
  );
}

const own = [
  'METRICS_PORT',
  'METRICS_HOST',
  'METRICS_TOKEN',
  'METRICS_TLS_CERT',
  'METRICS_TLS_KEY',
  'INCIDENT_DIR',
  'POD_NAME',
  'POD_NAMESPACE',
];
const exporter = [
  'ENDPOINT',
  'HEADERS',
  'PROTOCOL',
  'TIMEOUT',
  'COMPRESSION',
  'CERTIFICATE',
  'CLIENT_KEY',
  'CLIENT_CERTIFICATE',
  'INSECURE',
];
const signals = ['', 'TRACES_', 'METRICS_', 'LOGS_'];
const sdk = [
  'SDK_DISABLED',
  'SERVICE_NAME',
  'RESOURCE_ATTRIBUTES',
  'PROPAGATORS',
  'LOG_LEVEL',
  'TRACES_EXPORTER',
  'METRICS_EXPORTER',
  'LOGS_EXPORTER',
  'TRACES_SAMPLER',
  'TRACES_SAMPLER_ARG',
];

/**
 * The names to set to an empty value where variables come by envFrom: which names it brings is not known here, and a
 * prefix can't be taken back, so those that are known to exist are spelled out.
 */
export const blankedNames: readonly string[] = [
  ...serverNames,
  ...own.map((name) => `CLAUDE_K8S_${name}`),
  ...sdk.map((name) => `OTEL_${name}`),
  ...signals.flatMap((signal) => exporter.map((name) => `OTEL_EXPORTER_OTLP_${signal}${name}`)),
];
