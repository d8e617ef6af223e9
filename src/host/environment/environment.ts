import { fieldsIn } from '../../claude/event.ts';
import { inheritFrom, selfPod } from '../../kubernetes/self-pod.ts';
import type { AdapterConfig } from '../../manifest/config.ts';
import { adapterType } from '../../manifest/labels.ts';
import type { Inherited } from '../../manifest/plan.ts';
import { namespaceOf } from '../../prepare/namespace.ts';
import { wayTo } from '../../prepare/prepare.ts';
import { readHostConfig } from '../host-config.ts';
import { type Shared, type Site, sharedHost } from '../shared.ts';
import { checkAccess } from './access.ts';
import type { Check } from './check.ts';
import { checkJob } from './dry-run.ts';
import { checkLeftJobs } from './left-jobs.ts';
import { checkQuota } from './quota.ts';
import { checkTelemetry } from './telemetry.ts';

export interface EnvironmentReport {
  adapterType: string;
  status: 'pass' | 'warn' | 'fail';
  checks: Check[];
  testedAt: string;
}

/** The host's check before the first run: everything that a run needs, asked of the real cluster. Creates nothing. */
export async function testEnvironment(ctx: unknown, shared: Shared = sharedHost()): Promise<EnvironmentReport> {
  const checks = await checksOf(fieldsIn(ctx).config, shared);
  return { adapterType, status: statusOf(checks), checks, testedAt: new Date(shared.clock.now()).toISOString() };
}

export function statusOf(checks: readonly Check[]): EnvironmentReport['status'] {
  if (checks.some(({ level }) => level === 'error')) return 'fail';
  return checks.some(({ level }) => level === 'warn') ? 'warn' : 'pass';
}

async function checksOf(given: unknown, shared: Shared): Promise<Check[]> {
  const parsed = readHostConfig(given);
  if (!parsed.ok) return parsed.errors.map((message) => ({ code: 'config_invalid', level: 'error', message }));
  const { config, warnings } = parsed;
  const told: Check[] = warnings.map((message) => ({ code: 'config_warning', level: 'warn', message }));
  const opened = shared.site(config.kubeconfig);
  if (!opened.ok) return [...told, { code: 'kubeconfig', level: 'error', message: opened.error }];
  const { site } = opened;
  const version = await checkVersion(site);
  told.push(version);
  if (version.level === 'error') return told;
  const namespace = namespaceOf(config, shared.env, site.namespace);
  const own = await checkOwnPod(site, namespace, shared.env);
  told.push(
    await checkNamespace(site, namespace),
    ...own.checks,
    checkImage(config, own.inherited),
    ...(await checkAccess(site.cluster, namespace, signsTokens(shared.env))),
  );
  if (statusOf(told) !== 'fail') told.push(...(await tried(told, { config, site, shared })));
  return [
    ...told,
    ...(await checkQuota(site.cluster, namespace, config)),
    ...(await checkLeftJobs(site, namespace, shared.clock)),
    ...(await checkTelemetry(shared)),
    ...checkHost(shared.env),
  ];
}

/** Only where nothing stands in its way already; what that found out is not told twice. */
async function tried(
  told: readonly Check[],
  { config, site, shared }: { config: AdapterConfig; site: Site; shared: Shared },
): Promise<Check[]> {
  const { clock, env } = shared;
  const checks = await checkJob({ cluster: site.cluster, config, defaultNamespace: site.namespace, clock, env });
  return checks.filter(({ message }) => !told.some((one) => one.message === message));
}

async function checkVersion({ cluster }: Site): Promise<Check> {
  const answer = await cluster.version();
  if (!answer.ok) {
    const message = `the Kubernetes API at ${cluster.server} can not be used: ${answer.fault.message}`;
    return { code: 'cluster', level: 'error', message, hint: wayTo(answer.fault) };
  }
  const { major, minor, gitVersion } = answer.value;
  const message = `Kubernetes ${gitVersion} at ${cluster.server}`;
  if (major > 1 || (major === 1 && minor >= 27)) return { code: 'cluster', level: 'info', message };
  return { code: 'cluster', level: 'error', message: `${message} is too old`, hint: '1.27 or newer is needed' };
}

/** Rights are granted, and lists are empty, in a namespace that is not there too. */
async function checkNamespace({ cluster }: Site, namespace: string): Promise<Check> {
  const answer = await cluster.readNamespace(namespace);
  if (answer.ok || answer.fault.kind !== 'not_found') {
    return { code: 'namespace', level: 'info', message: `Jobs run in namespace ${namespace}` };
  }
  const message = `there is no namespace ${namespace}`;
  return { code: 'namespace', level: 'error', message, hint: 'create it, or set namespace to one that is there' };
}

async function checkOwnPod(
  { cluster }: Site,
  namespace: string,
  env: NodeJS.ProcessEnv,
): Promise<{ checks: Check[]; inherited: Inherited | undefined }> {
  const self = selfPod(env);
  if (self === undefined) {
    const message = 'Paperclip does not run in a pod of this cluster: agents inherit no image, volume or environment';
    return { checks: [{ code: 'own_pod', level: 'info', message }], inherited: undefined };
  }
  const answer = await inheritFrom(cluster, self, namespace);
  if (!answer.ok) {
    const message = `our own pod ${self.namespace}/${self.name} can not be read: ${answer.fault.message}`;
    const hint = 'allow the service account to get pods and persistentvolumeclaims in that namespace';
    return { checks: [{ code: 'own_pod', level: 'error', message, hint }], inherited: undefined };
  }
  const pod = answer.value;
  const volume = pod.sharedVolume;
  const message =
    volume === undefined
      ? `agents inherit from pod ${self.name}, but share no volume with it: sessions do not survive a run`
      : `agents inherit from pod ${self.name} and share claim ${volume.claim}${volume.readWriteOnce ? ' (ReadWriteOnce: on its node only)' : ''}`;
  const own: Check = { code: 'own_pod', level: volume === undefined ? 'warn' : 'info', message };
  const told = pod.warnings.map((text): Check => ({ code: 'own_pod', level: 'warn', message: text }));
  return { checks: [own, ...told], inherited: pod };
}

function checkImage(config: AdapterConfig, inherited: Inherited | undefined): Check {
  const image = config.image ?? inherited?.image;
  if (image !== undefined) return { code: 'image', level: 'info', message: `agents run image ${image}` };
  const message = 'image is not set, and there is no pod of our own to take it from';
  return { code: 'image', level: 'error', message, hint: 'set image to one with Claude Code in it' };
}

function signsTokens(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.PAPERCLIP_AGENT_JWT_SECRET || env.BETTER_AUTH_SECRET);
}

/** What the agent needs to talk to Paperclip. */
function checkHost(env: NodeJS.ProcessEnv): Check[] {
  const checks: Check[] = [];
  if (!signsTokens(env)) {
    const message = 'the server has no secret to sign tokens with: agents get no PAPERCLIP_API_KEY';
    const hint = 'set PAPERCLIP_AGENT_JWT_SECRET for the Paperclip server';
    checks.push({ code: 'auth_token', level: 'warn', message, hint });
  }
  const url = env.PAPERCLIP_API_URL;
  if (!url || /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(url)) {
    const message = `PAPERCLIP_API_URL is ${url ? `${url}, which no pod can reach` : 'not set'}: agents can not call Paperclip`;
    const hint = 'set PAPERCLIP_API_URL for the Paperclip server to an address that pods can reach';
    checks.push({ code: 'api_url', level: 'warn', message, hint });
  }
  return checks;
}
