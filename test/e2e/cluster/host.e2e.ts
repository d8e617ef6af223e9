import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { execute } from '../../../src/host/execute.ts';
import { createShared } from '../../../src/host/shared.ts';
import { jobName } from '../../../src/manifest/names.ts';
import { contextOf } from '../../host/ctx.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, mortal, result, steps } from '../script.ts';
import { kubectl, surroundings, until } from '../tools.ts';
import { writtenByJob } from '../written.ts';

const namespace = ownNamespace('e2e-host');
const shared = createShared({ host: new EventEmitter() });
afterAll(() => shared.close());

function input(fake: string, more: Record<string, unknown> = {}, over: Record<string, unknown> = {}) {
  const { fakeImage } = surroundings();
  const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '2', memory: '1Gi' } };
  const config = { namespace, image: fakeImage, resources, env: { FAKE_CLAUDE: fake }, ...more };
  const agent = { id: `agent-${randomUUID().slice(0, 8)}`, name: 'Scout', companyId: 'c-1' };
  return contextOf({ runId: randomUUID(), agent, config, ...over });
}

type Host = ReturnType<typeof input>;

/** The host's log has what the run's container wrote, once each and in order, or its beginning where the run let go of it. */
function expectWritten({ ctx, heard }: Host, by: Host = { ctx, heard }, part: 'whole' | 'beginning' = 'whole'): void {
  const delivered = heard.log.split('\n').filter((line) => line !== '' && !line.startsWith('[paperclip] '));
  const wrote = writtenByJob(namespace, jobName(by.ctx.agent.id, by.ctx.runId));
  expect(delivered).toEqual(part === 'whole' ? wrote : wrote.slice(0, delivered.length));
}

describe.concurrent('execute(ctx)', () => {
  test('runs the agent and answers with its result, usage and session', async () => {
    const host = input(steps(init, content, result));
    const { ctx, heard } = host;
    const answer = await execute(ctx, shared);
    expectWritten(host);
    expect(answer).toMatchObject({
      exitCode: 0,
      signal: null,
      timedOut: false,
      usageBasis: 'per_run',
      sessionId: 'session-1',
    });
    expect(answer).not.toHaveProperty('errorCode');
    expect(answer.summary).toBe('done');
    const types = heard.events.map(({ eventType }) => eventType);
    expect(types).toContain('claude_k8s.job_created');
    expect(types.at(-1)).toBe('claude_k8s.verdict');
    expect(heard.calls).toContain('dispatch');
  });

  test('a cancel by the host ends the pod, and only then is acknowledged', async () => {
    const abort = new AbortController();
    const host = input(steps(mortal, init, content, 'sleep 1000 & wait'), {}, { signal: abort.signal });
    const { ctx, heard } = host;
    const running = execute(ctx, shared);
    await until('the agent at work', () => heard.log.includes('working on it'));
    abort.abort('Cancelled by a board operator');
    const answer = await running;
    expect(answer.errorCode).toBe('cancelled');
    expectWritten(host);
    expect(answer.resultJson.executionCancellation).toMatchObject({ state: 'acknowledged' });
    const pods = await kubectl('-n', namespace, 'get', 'pods', '-l', `paperclip.io/run-id=${ctx.runId}`, '-o', 'name');
    expect(pods.trim()).toBe('');
  });

  test('a lost lease is no cancel: the Job lives on, and the next run of the task adopts it', async () => {
    const abort = new AbortController();
    const context = { taskId: 'task-1' };
    const fake = steps(mortal, init, content, 'sleep 5 & wait $!', result);
    const first = input(fake, {}, { signal: abort.signal, context });
    const running = execute(first.ctx, shared);
    await until('the agent at work', () => first.heard.log.includes('working on it'));
    abort.abort('Legacy controller lease lost');
    expect((await running).errorCode).toBe('k8s_run_handed_over');
    const second = input(fake, {}, { context, agent: first.ctx.agent });
    const answer = await execute(second.ctx, shared);
    expect(answer).not.toHaveProperty('errorCode');
    expect(second.heard.log).toContain('adopted Job');
    expectWritten(first, first, 'beginning');
    expectWritten(second, first);
  });

  test('what never started is proved to the host, so that it may try again', async () => {
    const { ctx } = input('', { image: 'registry.local/nope:1', scheduleTimeoutSec: 15 });
    expect(await execute(ctx, shared)).toMatchObject({
      exitCode: null,
      errorCode: 'k8s_pod_schedule_failed',
      errorFamily: 'transient_upstream',
      executionRecovery: { kind: 'bootstrap', providerWorkStarted: false },
    });
  });

  test('a crash after content is no such proof', async () => {
    const host = input(steps(init, content, 'exit 7'));
    const answer = await execute(host.ctx, shared);
    expectWritten(host);
    expect(answer).toMatchObject({ exitCode: 7, errorCode: 'claude_truncated' });
    expect(answer).not.toHaveProperty('executionRecovery');
    expect(answer.resultJson.diagnosis).toMatchObject({ version: 1, cause: 'crash' });
  });

  test('lends the real Claude Code the servers of tools, whose tokens are in no argument and no log', async () => {
    const asked = new Set<string | undefined>();
    const tools = createServer(async (request, response) => {
      const { method, id } = JSON.parse((await text(request)) || '{}');
      asked.add(request.headers.authorization);
      if (id === undefined) return void response.writeHead(202).end();
      const serverInfo = { name: 'projects', version: '1' };
      const begun = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'initialize' ? begun : { tools: [] } }));
    });
    const { agentImage, messagesApi } = surroundings();
    const { hostname } = new URL(messagesApi);
    await new Promise<void>((resolve) => tools.listen(0, hostname, resolve));
    const url = `http://${hostname}:${(tools.address() as AddressInfo).port}/mcp`;
    const getServers = () => [{ name: 'Paperclip projects', url, token: 'token-of-the-projects', connectionId: 'c' }];
    const env = {
      ANTHROPIC_BASE_URL: `${messagesApi}/tools`,
      ANTHROPIC_API_KEY: 'dummy',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      IS_SANDBOX: '1',
    };
    const host = input('', { image: agentImage, env, retainJobs: true }, { runtimeMcp: { getServers } });
    const answer = await execute(host.ctx, shared);
    tools.close();
    tools.closeAllConnections();
    expect(answer).toMatchObject({ exitCode: 0 });
    expect([...asked]).toEqual(['Bearer token-of-the-projects']);
    const job = await kubectl('-n', namespace, 'get', 'job', jobName(host.ctx.agent.id, host.ctx.runId), '-o', 'json');
    expect(job).toContain(url);
    expect(job + JSON.stringify(host.heard)).not.toContain('token-of-the-projects');
  });
});
