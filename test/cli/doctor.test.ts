import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { doctorExits } from '../../src/cli/doctor.ts';
import { rights } from '../../src/host/rights.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import { command } from './command.ts';
import { openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace(() => {});
  place.api.store.create({ resource: 'namespaces', namespace: undefined }, { metadata: { name: 'agents' } });
});
afterAll(() => place.close());
afterEach(() => vi.unstubAllEnvs());

const doctor = (...argv: string[]) => command(['doctor', '--kubeconfig', place.kubeconfig, ...argv]);

describe('claude-k8s doctor', () => {
  test('has a line for each thing that it looked at, creates nothing and exits with 0 where all is well', async () => {
    const { code, out, err } = await doctor('--image', 'agent:1');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.split('\n');
    expect(lines.filter((line) => !line.startsWith('ok    '))).toEqual([]);
    for (const words of [
      'Kubernetes v',
      'namespace agents',
      'image agent:1',
      'may do all that a run needs',
      'the API takes the Job of such a run',
      'quota',
      'clock of this machine agrees',
      'metrics are not',
    ])
      expect(out).toContain(words);
    expect(place.jobs()).toEqual([]);
  });

  test('marks what would fail, says what to do about it, and exits with 1', async () => {
    const { code, out } = await doctor();
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL {2}image is not set.*\n {6}-> set image/m);
  });

  test('--json is one report, whose status is that of its checks', async () => {
    const { code, out, err } = await doctor('--json');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      adapterType: 'claude_k8s',
      status: 'fail',
      checks: expect.arrayContaining([expect.objectContaining({ code: 'image', level: 'error' })]),
    });
  });

  test.each([
    [
      'a cluster that is not there',
      ['--kubeconfig', '/nowhere/config'],
      1,
      /FAIL {2}kubeconfig: \/nowhere\/config can not be read/,
    ],
    ['a key with a wrong value', ['--timeout-sec', 'soon'], 2, /^error: timeoutSec: expected .*, got /],
    ['a flag with a typo', ['--imag', 'a'], 2, /Did you mean --image\?/],
    ['a configuration file that is not there', ['--config', '/nowhere.yaml'], 2, /^error: .*\/nowhere\.yaml/],
  ] as const)('%s is told in a sentence', async (_, argv, exit, words) => {
    const { code, out, err } = await command(['doctor', ...argv]);
    expect(code).toBe(exit);
    expect(`${out}${err}`).toMatch(words);
    expect(`${out}${err}`).not.toMatch(/^ +at /m);
  });

  test('an account without rights is told each that it lacks, and how to get it', async () => {
    place.api.access.deny(...rights.map(({ verb, resource }) => ({ verb, resource })));
    try {
      const { code, out } = await doctor('--image', 'a:1');
      expect(code).toBe(1);
      expect(out).toMatch(
        /^FAIL {2}this account may not create jobs\n {6}-> allow create on jobs in namespace agents$/m,
      );
      expect(out).toMatch(/^warn {2}this account may not watch jobs: Jobs are polled$/m);
      expect(out).not.toMatch(/^ +at /m);
    } finally {
      place.api.access.allowAll();
    }
  });

  test('a namespace that is not there would fail, though everything is allowed in it', async () => {
    const { code, out } = await doctor('--image', 'a:1', '--namespace', 'nowhere');
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL {2}there is no namespace nowhere\n {6}-> create it/m);
  });

  test('an API that does not answer is one line', async () => {
    const config = join(dirname(place.kubeconfig), 'closed');
    writeFileSync(config, kubeconfigFor('http://127.0.0.1:1', 'agents').exportConfig());
    const { code, out } = await command(['doctor', '--kubeconfig', config, '--image', 'a:1']);
    expect(code).toBe(1);
    const failed = out.split('\n').filter((line) => line.startsWith('FAIL'));
    expect(failed).toEqual([expect.stringMatching(/Kubernetes API at http:\/\/127\.0\.0\.1:1 can not be used/)]);
  });

  test('documents its exit codes, in the README too', async () => {
    expect((await command(['doctor', '--help'])).out).toContain(doctorExits);
    expect(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')).toContain(doctorExits);
  });

  test('speaks of the host’s token secret and address only in the environment of the host', async () => {
    expect((await doctor('--image', 'a:1')).out).not.toMatch(/PAPERCLIP_/);
    vi.stubEnv('PAPERCLIP_HOME', '/paperclip');
    const { code, out } = await doctor('--image', 'a:1');
    expect(code).toBe(0);
    expect(out).toMatch(/^warn {2}.*\n {6}-> set PAPERCLIP_AGENT_JWT_SECRET/m);
  });

  test('finds an endpoint that is no URL', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318');
    const { code, out } = await doctor('--image', 'a:1');
    expect(code).toBe(0);
    expect(out).toMatch(/^warn {2}OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" is no URL .*\n {6}-> correct it/m);
  });

  test('finds a collector that is not there, and a metrics port that is none', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:1');
    vi.stubEnv('CLAUDE_K8S_METRICS_PORT', 'many');
    const { code, out } = await doctor('--image', 'a:1');
    expect(code).toBe(0);
    expect(out).toMatch(/^warn {2}telemetry is exported nowhere: 127\.0\.0\.1:1 /m);
    expect(out).toMatch(/^warn {2}CLAUDE_K8S_METRICS_PORT: "many" is not a port/m);
  });
});
