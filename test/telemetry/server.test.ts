import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { serveMetrics, stopMetrics } from '../../src/telemetry/server.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';

const { registry } = createTelemetry({ buildVersion: '1.2.3' });

afterEach(stopMetrics);

async function url(env: Record<string, string> = {}): Promise<string> {
  const served = await serveMetrics(registry, { CLAUDE_K8S_METRICS_PORT: '0', ...env });
  if (!served.serving) throw new Error(served.error);
  return served.url;
}

test('without a port nothing is served', async () => {
  expect(await serveMetrics(registry, {})).toEqual({ serving: false, error: undefined });
});

test.each(['-1', '65536', 'http', '80.5', '1e3'])('%s is no port', async (text) => {
  expect(await serveMetrics(registry, { CLAUDE_K8S_METRICS_PORT: text })).toEqual({
    serving: false,
    error: `CLAUDE_K8S_METRICS_PORT: "${text}" is not a port from 0 to 65535`,
  });
});

test('metrics are served on loopback, as OpenMetrics', async () => {
  const at = await url();
  const answer = await fetch(at);
  expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, registry.contentType]);
  expect(await answer.text()).toContain('claude_k8s_build_info{version="1.2.3"');
});

test('nothing else is there', async () => {
  const at = await url();
  expect((await fetch(at.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(at, { method: 'POST' })).status).toBe(405);
});

test.each([
  ['without a token', undefined, 401],
  ['with another token', 'Bearer t0ken-2', 401],
  ['with half of it', 'Bearer t0k', 401],
  ['with the token in another scheme', 'Basic t0ken', 401],
  ['with the token', 'Bearer t0ken', 200],
])('a scrape %s', async (_, authorization, status) => {
  const at = await url({ CLAUDE_K8S_METRICS_TOKEN: 't0ken' });
  const answer = await fetch(at, { headers: authorization === undefined ? {} : { authorization } });
  expect(answer.status).toBe(status);
});

test('a token from a file that ends its line is the token', async () => {
  const at = await url({ CLAUDE_K8S_METRICS_TOKEN: ' t0ken\n' });
  expect((await fetch(at, { headers: { authorization: 'Bearer t0ken' } })).status).toBe(200);
  expect((await fetch(at)).status).toBe(401);
});

test.each([' ', '\n'])(
  'a token of blanks (%j) is a mistake, and never a reason to serve without one',
  async (token) => {
    expect(await serveMetrics(registry, { CLAUDE_K8S_METRICS_PORT: '0', CLAUDE_K8S_METRICS_TOKEN: token })).toEqual({
      serving: false,
      error: 'CLAUDE_K8S_METRICS_TOKEN: holds nothing but blanks',
    });
  },
);

test('a module that is loaded again takes the socket over, and answers from its own registry', async () => {
  const at = await url();
  const { registry: next } = createTelemetry({ buildVersion: '9.9.9' });
  const again = await serveMetrics(next, { CLAUDE_K8S_METRICS_PORT: '0' });
  expect(again).toEqual({ serving: true, url: at, warning: undefined });
  expect(await (await fetch(at)).text()).toContain('claude_k8s_build_info{version="9.9.9"');
});

test('another port ends the first server', async () => {
  const at = await url();
  const moved = await url({ CLAUDE_K8S_METRICS_HOST: 'localhost' });
  expect(moved).not.toBe(at);
  await expect(fetch(at)).rejects.toThrow();
});

test('a port that is taken is an answer, not a throw', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  expect(await serveMetrics(registry, { CLAUDE_K8S_METRICS_PORT: port })).toEqual({
    serving: false,
    error: expect.stringContaining(`127.0.0.1:${port}: listen EADDRINUSE`),
  });
  await new Promise((resolve) => other.close(resolve));
});

test('a registry that fails is a 500, and the process goes on', async () => {
  const broken = createTelemetry({ buildVersion: '1' }).registry;
  broken.metrics = () => Promise.reject(new Error('broken'));
  const served = await serveMetrics(broken, { CLAUDE_K8S_METRICS_PORT: '0' });
  expect((await fetch(served.serving ? served.url : '')).status).toBe(500);
});

test('an address that anyone reaches is warned about, unless a token is asked for', async () => {
  const open = { CLAUDE_K8S_METRICS_PORT: '0', CLAUDE_K8S_METRICS_HOST: '0.0.0.0' };
  expect(await serveMetrics(registry, open)).toMatchObject({
    serving: true,
    warning: 'metrics on 0.0.0.0 can be read by anyone who reaches the port: set CLAUDE_K8S_METRICS_TOKEN',
  });
  expect(await serveMetrics(registry, { ...open, CLAUDE_K8S_METRICS_TOKEN: 't' })).toMatchObject({
    warning: undefined,
  });
});

const tls = join(import.meta.dirname, 'tls');
const secure = {
  CLAUDE_K8S_METRICS_TLS_CERT: join(tls, 'cert.pem'),
  CLAUDE_K8S_METRICS_TLS_KEY: join(tls, 'key.pem'),
};

async function scrape(at: string): Promise<string> {
  const ca = await readFile(secure.CLAUDE_K8S_METRICS_TLS_CERT);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  request(at, { ca, agent: false }, async (response) => resolve((await response.toArray()).join('')))
    .on('error', reject)
    .end();
  return promise;
}

test('with a certificate metrics are served by TLS, and a module that is loaded again serves them on', async () => {
  const at = await url(secure);
  expect(at).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/metrics$/);
  expect(await scrape(at)).toContain('claude_k8s_build_info{version="1.2.3"');
  await expect(fetch(at.replace('https', 'http'))).rejects.toThrow();
  const { registry: next } = createTelemetry({ buildVersion: '9.9.9' });
  const again = await serveMetrics(next, { CLAUDE_K8S_METRICS_PORT: new URL(at).port, ...secure });
  expect(again).toEqual({ serving: true, url: at, warning: undefined });
  expect(await scrape(at)).toContain('claude_k8s_build_info{version="9.9.9"');
});

test.each([
  ['a key alone', { CLAUDE_K8S_METRICS_TLS_CERT: '' }, /^CLAUDE_K8S_METRICS_TLS_CERT: not set/],
  ['a certificate alone', { CLAUDE_K8S_METRICS_TLS_KEY: '' }, /^CLAUDE_K8S_METRICS_TLS_KEY: not set/],
  ['no such file', { CLAUDE_K8S_METRICS_TLS_KEY: '/none.pem' }, /^CLAUDE_K8S_METRICS_TLS_KEY: ENOENT.*none\.pem/],
  ['a key that is none', { CLAUDE_K8S_METRICS_TLS_KEY: import.meta.filename }, /^metrics cannot be served by TLS: /],
])('%s is said, and nothing is served in the clear', async (_, env, says) => {
  const served = await serveMetrics(registry, { CLAUDE_K8S_METRICS_PORT: '0', ...secure, ...env });
  expect(served).toEqual({ serving: false, error: expect.stringMatching(says) });
});

test('the server and an open scrape keep no process alive', async () => {
  const source = (name: string) => JSON.stringify(new URL(`../../src/telemetry/${name}`, import.meta.url).href);
  const script = `
    import { connect } from 'node:net';
    import { openMetricsRegistry } from ${source('metric-registry.ts')};
    import { serveMetrics } from ${source('server.ts')};
    const { url } = await serveMetrics(openMetricsRegistry(), { CLAUDE_K8S_METRICS_PORT: '0' });
    const scraper = connect(Number(new URL(url).port), '127.0.0.1', () => {
      scraper.unref();
      console.log('served');
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 8_000,
  });
  expect(stdout).toBe('served\n');
});
