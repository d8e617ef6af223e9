import { EventEmitter } from 'node:events';
import { tracing } from '@opentelemetry/sdk-node';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execute } from '../../src/host/execute.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { allowsAllBut, hasNoJobs, hastyClock, jobsPath, kubeconfigFile, server, versionIs } from './api.ts';
import { settled } from './clock.ts';
import { contextOf } from './ctx.ts';

let shared: Shared;
let host: EventEmitter;

beforeEach(() => {
  nock.disableNetConnect();
  host = new EventEmitter();
  shared = createShared({ clock: hastyClock(), env: { KUBECONFIG: kubeconfigFile() }, host });
});

afterEach(async () => {
  await shared.close();
  nock.cleanAll();
  nock.enableNetConnect();
});

const unstarted = { kind: 'bootstrap', providerWorkStarted: false };

describe('refused before anything is asked of the cluster', () => {
  test('a configuration that is wrong names every bad key', async () => {
    const { ctx, heard } = contextOf({ config: { timeoutSec: 'soon', image: 7, env: { 'NOT A NAME': 'x' } } });
    const result = await execute(ctx, shared);
    expect(result).toMatchObject({
      exitCode: null,
      errorCode: 'k8s_job_create_failed',
      executionRecovery: unstarted,
      resultJson: { stopReason: 'k8s_job_create_failed', diagnosis: { cause: 'config_error' } },
    });
    expect(result.errorMessage).toMatch(/env: .*image: expected .*timeoutSec: expected /);
    expect(result).not.toHaveProperty('errorFamily');
    expect(heard.calls).not.toContain('dispatch');
    expect(heard.events.map(({ eventType }) => eventType)).toEqual(['claude_k8s.verdict']);
  });

  test('a kubeconfig that is not there is named', async () => {
    const { ctx } = contextOf({ config: { kubeconfig: '/nowhere/kubeconfig', image: 'a:1' } });
    expect((await execute(ctx, shared)).errorMessage).toContain('/nowhere/kubeconfig');
  });

  test('a context without a run is an error of the host', async () => {
    await expect(execute({}, shared)).rejects.toThrow('runId: expected a text');
  });

  test('it is counted like every other run', async () => {
    await execute(contextOf({ config: { timeoutSec: 'soon' } }).ctx, shared);
    expect(await shared.telemetry.registry.metrics()).toMatch(
      /claude_k8s_errors_total\{code="k8s_job_create_failed",cause="config_error"\} 1/,
    );
  });
});

describe('refused by the cluster before a Job exists', () => {
  test('Kubernetes that is too old', async () => {
    versionIs('26');
    const { errorMessage, errorCode } = await execute(contextOf().ctx, shared);
    expect(errorCode).toBe('k8s_job_create_failed');
    expect(errorMessage).toContain('v1.26.0');
  });

  test('an API that fails is asked again; credentials that it does not take are an answer', async () => {
    const down = nock(server).get('/version').times(2).reply(500, 'down');
    nock(server).get('/version').reply(401, { message: 'Unauthorized' });
    const result = await execute(contextOf().ctx, shared);
    expect(down.isDone()).toBe(true);
    expect(result.errorMessage).toContain('renew them');
    expect(result).toMatchObject({ errorCode: 'k8s_job_create_failed', executionRecovery: unstarted });
  });

  test('an account that may not read the output', async () => {
    versionIs('34');
    allowsAllBut('get pods/log');
    const { ctx, heard } = contextOf();
    const result = await execute(ctx, shared);
    expect(result).toMatchObject({ errorCode: 'k8s_job_create_failed', resultJson: { diagnosis: { cause: 'rbac' } } });
    expect(result).not.toHaveProperty('errorFamily');
    expect(heard.calls.indexOf('cancellationReady')).toBeGreaterThanOrEqual(0);
    expect(heard.calls).not.toContain('dispatch');
  });

  test('a full quota: transient, and proven to have done nothing', async () => {
    versionIs('34');
    allowsAllBut();
    hasNoJobs();
    const { ctx, heard } = contextOf({ authToken: 'token-of-the-run-is-secret' });
    nock(server)
      .post(jobsPath)
      .reply(403, () => {
        heard.calls.push('create');
        return { reason: 'Forbidden', message: 'exceeded quota: agents, requested: count/jobs.batch=1' };
      });
    const result = await execute(ctx, shared);
    expect(result).toMatchObject({
      errorCode: 'k8s_job_create_failed',
      errorFamily: 'transient_upstream',
      executionRecovery: unstarted,
      resultJson: { executionRecovery: unstarted, diagnosis: { cause: 'quota', job: { fate: 'none' } } },
    });
    expect(heard.calls.indexOf('cancellationReady')).toBeLessThan(heard.calls.indexOf('create'));
    expect(heard.calls.indexOf('meta')).toBeLessThan(heard.calls.indexOf('create'));
  });
});

describe('what is asked for', () => {
  async function createdJob(over: Record<string, unknown>) {
    versionIs('34');
    allowsAllBut();
    hasNoJobs();
    let body = '';
    nock(server)
      .post(jobsPath, (given) => {
        body = JSON.stringify(given);
        return true;
      })
      .reply(403, { message: 'exceeded quota' });
    const { ctx, heard } = contextOf(over);
    await execute(ctx, shared);
    return { job: JSON.parse(body), body, heard };
  }

  const secrets = {
    authToken: 'token-of-the-run-is-secret',
    runtimeTools: { bearerToken: 'token-of-the-tools-is-secret', mcpEndpoint: 'http://p/mcp' },
    runtimeMcp: {
      getServers: () => [
        { name: 'Paperclip projects', url: 'http://p/projects', token: 'token-of-the-tools-of-projects-is-secret' },
      ],
    },
    context: { issueId: 'issue-1', paperclipRuntimeTools: { bearerToken: 'token-of-the-tools-is-secret' } },
    config: {
      namespace: 'agents',
      image: 'agent:1',
      extraArgs: ['--x', 'argument-is-secret'],
      env: { TMPDIR: '/host' },
    },
  };

  test('no token reaches the Job, the log, an event or the meta; the Secret is to bring them', async () => {
    const { body, heard } = await createdJob(secrets);
    expect(body).not.toMatch(/token-of-the-(run|tools)/);
    expect(body).toContain('"secretKeyRef":{"name":"ac-agent-1-run-1-');
    expect(body).not.toContain('/host');
    expect(body).toContain('PAPERCLIP_MCP_TOKEN_1');
    expect(body).toContain('http://p/projects');
    expect(JSON.stringify(heard)).not.toContain('secret"');
    expect(heard.meta).toMatchObject([
      { adapterType: 'claude_k8s', command: 'claude', namespace: 'agents', image: 'agent:1' },
    ]);
  });

  test('labels and task are those of the run, a session is resumed', async () => {
    const session = '11111111-2222-4333-8444-555555555555';
    const { job, body } = await createdJob({ runtime: { sessionDisplayId: session } });
    expect(job.metadata.labels).toMatchObject({
      'paperclip.io/run-id': 'run-1',
      'paperclip.io/agent-id': 'agent-1',
      'paperclip.io/company-id': 'company-1',
      'paperclip.io/task-id': 'issue-1',
      'paperclip.io/session-id': session,
    });
    expect(body).toContain(`"--resume","${session}"`);
  });

  test('an id that is no session of Claude begins a new one, and says so', async () => {
    const { body, heard } = await createdJob({ runtime: { sessionId: 'thread-7' } });
    expect(body).not.toContain('--resume');
    expect(heard.log).toContain('[paperclip] session "thread-7" is no session of Claude Code; a new one is begun\n');
  });

  test("the Job carries the trace of the host's own tracer", async () => {
    const exporter = new tracing.InMemorySpanExporter();
    const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
    const { job } = await createdJob({ startupTraceContext: { tracer: provider.getTracer('host') } });
    const root = exporter.getFinishedSpans().find(({ name }) => name === 'claude_k8s.run');
    expect(root).toBeDefined();
    expect(job.metadata.annotations['paperclip.io/traceparent']).toContain(root?.spanContext().traceId);
  });

  test('an unknown key is warned of once per process', async () => {
    const config = { namespace: 'agents', image: 'agent:1', modle: 'opus' };
    const first = await createdJob({ config });
    nock.cleanAll();
    const second = await createdJob({ config });
    expect(first.heard.log).toBe('[paperclip] warning: unknown key "modle"; did you mean model?\n');
    expect(second.heard.log).toBe('');
  });
});

describe('aborted before a Job exists', () => {
  test('a cancel is acknowledged, for nothing was begun', async () => {
    versionIs('34');
    const signal = AbortSignal.abort('Cancelled by a board operator');
    expect(await execute(contextOf({ signal }).ctx, shared)).toMatchObject({
      errorCode: 'cancelled',
      resultJson: { executionCancellation: { state: 'acknowledged' } },
    });
  });

  test('an unclear one is asked about first, and nothing is created meanwhile', async () => {
    shared.env.PAPERCLIP_API_URL = 'http://paperclip.test:3100';
    versionIs('34');
    const run = nock('http://paperclip.test:3100').get('/api/heartbeat-runs/run-1');
    run.times(2).reply(200, { status: 'running' });
    nock('http://paperclip.test:3100').get('/api/heartbeat-runs/run-1').reply(200, { status: 'cancelled' });
    const strange: string[] = [];
    const note = (request: Request | { url?: string }) => void strange.push(String(request.url));
    nock.emitter.on('no match', note);
    const signal = AbortSignal.abort(new Error('aborted'));
    const result = await execute(contextOf({ signal, authToken: 'token' }).ctx, shared);
    nock.emitter.off('no match', note);
    expect(result.resultJson.executionCancellation).toMatchObject({ state: 'acknowledged' });
    expect(strange).toEqual([]);
  });

  test('anything else is no cancel and no failure of Claude', async () => {
    versionIs('34');
    const result = await execute(contextOf({ signal: AbortSignal.abort('lease lost') }).ctx, shared);
    expect(result.errorCode).toBe('k8s_run_handed_over');
    expect(result.resultJson).not.toHaveProperty('executionCancellation');
    expect(result).not.toHaveProperty('executionRecovery');
  });
});

test('callbacks that throw, reject or are missing change nothing', async () => {
  const thrower = () => {
    throw new Error('host');
  };
  const over = {
    onLog: thrower,
    onMeta: () => Promise.reject(new Error('host')),
    onEvent: thrower,
    onRuntimeProgress: thrower,
  };
  versionIs('26');
  const { errorCode } = await execute(
    contextOf({ ...over, onCancellationReady: thrower, onDispatch: undefined }).ctx,
    shared,
  );
  expect(errorCode).toBe('k8s_job_create_failed');
});

test('when the host goes down, a run that let go has nothing more to say', async () => {
  versionIs('34');
  host.on('SIGTERM', () => {});
  await settled();
  // The answer comes when the signal has come.
  nock(server)
    .persist()
    .post(/selfsubjectaccessreviews/)
    .reply(201, () => {
      host.emit('SIGTERM');
      return { status: { allowed: true } };
    });
  const { ctx, heard } = contextOf();
  let answered = false;
  void execute(ctx, shared).then(() => {
    answered = true;
  });
  await expect.poll(() => heard.events.at(-1)?.payload.code).toBe('k8s_run_handed_over');
  await settled();
  expect(answered).toBe(false);
});
