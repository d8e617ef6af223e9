import { describe, expect, test } from 'vitest';
import { readContext } from '../../src/host/context.ts';
import { configOfRun, readHostConfig } from '../../src/host/host-config.ts';
import { runEnv, runSecrets } from '../../src/host/host-env.ts';
import { isSessionId, sessionCodec } from '../../src/host/session.ts';
import { contextOf } from './ctx.ts';

function read(over: Record<string, unknown>) {
  const answer = readContext(contextOf(over).ctx);
  if (!answer.ok) throw new Error(answer.error);
  return answer.context;
}

describe('the context', () => {
  test('needs a run and an agent, and says which is missing', () => {
    expect(readContext(undefined)).toEqual({ ok: false, error: 'runId: expected a text, got undefined' });
    expect(readContext({ runId: 'r' })).toEqual({ ok: false, error: 'agent.id: expected a text, got undefined' });
  });

  test('may hold nothing else', () => {
    expect(readContext({ runId: 'r', agent: { id: 'a' } })).toMatchObject({
      ok: true,
      context: { sessionId: undefined, taskId: undefined, authToken: undefined, signal: undefined, calls: {} },
    });
  });

  test.each([
    ['the parameters', { sessionParams: { sessionId: 's1' }, sessionDisplayId: 's2', sessionId: 's3' }, 's1'],
    ['the display id', { sessionParams: {}, sessionDisplayId: 's2', sessionId: 's3' }, 's2'],
    ['the old field', { sessionId: 's3' }, 's3'],
    ['nowhere', { sessionParams: null, sessionDisplayId: ' ' }, undefined],
  ])('finds the session in %s', (_name, runtime, expected) => {
    expect(read({ runtime }).sessionId).toBe(expected);
  });

  test('finds the task where the host put it', () => {
    expect(read({ context: { taskId: 't', issueId: 'i' } }).taskId).toBe('t');
    expect(read({ context: { issueId: 'i' } }).taskId).toBe('i');
    expect(read({ context: {} }).taskId).toBe('task-key');
  });

  test('calls the host by its own object', () => {
    class Host {
      runId = 'r';
      agent = { id: 'a' };
      said: string[] = [];
      onLog(_stream: string, chunk: string) {
        this.said.push(chunk);
      }
    }
    const host = new Host();
    const answer = readContext(host);
    if (answer.ok) answer.context.calls.onLog?.('stdout', 'x');
    expect(host.said).toEqual(['x']);
  });
});

describe('the environment of the agent', () => {
  const host = read({
    authToken: 'token-of-the-run',
    runtimeTools: {
      bearerToken: 'token-of-the-tools',
      mcpEndpoint: 'http://p/mcp',
      rest: { connectionsSearch: 'http://p/s' },
      tools: ['connections_search', 'connection_request'],
    },
    context: { issueId: 'issue-1', wakeReason: 'timer', issueIds: ['i1', 'i2'], paperclipIssue: { workMode: 'plan' } },
  });

  test('tells the run, the task and the way back, and no token', () => {
    expect(runEnv(host, { PAPERCLIP_API_URL: 'http://p' })).toEqual({
      PAPERCLIP_AGENT_ID: 'agent-1',
      PAPERCLIP_COMPANY_ID: 'company-1',
      PAPERCLIP_RUN_ID: 'run-1',
      PAPERCLIP_RUN_SCRATCH_DIR: '/tmp',
      PAPERCLIP_SCRATCH_DIR: '/tmp',
      PAPERCLIP_API_URL: 'http://p',
      PAPERCLIP_TASK_ID: 'issue-1',
      PAPERCLIP_ISSUE_WORK_MODE: 'plan',
      PAPERCLIP_WAKE_REASON: 'timer',
      PAPERCLIP_LINKED_ISSUE_IDS: 'i1,i2',
      PAPERCLIP_RUNTIME_TOOLS_MCP_URL: 'http://p/mcp',
      PAPERCLIP_RUNTIME_TOOLS_CONNECTIONS_SEARCH_URL: 'http://p/s',
      PAPERCLIP_RUNTIME_TOOLS_AVAILABLE: 'connections_search,connection_request',
    });
  });

  test('keeps the tokens for the Secret', () => {
    expect(runSecrets(host)).toEqual({
      PAPERCLIP_API_KEY: 'token-of-the-run',
      PAPERCLIP_RUNTIME_TOOLS_TOKEN: 'token-of-the-tools',
    });
    expect(runSecrets(read({}))).toEqual({});
  });
});

describe('the configuration', () => {
  function configOf(given: unknown, over: Record<string, unknown> = {}, env: NodeJS.ProcessEnv = {}) {
    const parsed = readHostConfig(given);
    if (!parsed.ok) throw new Error(parsed.errors.join());
    return configOfRun(parsed.config, read(over), env);
  }

  test('has no word for the keys that the host adds, and a warning for every other', () => {
    const given = { instructionsRootPath: '/x', paperclipRuntimeSkills: [], paperclipSkillSync: {}, modle: 'opus' };
    expect(readHostConfig(given)).toMatchObject({ ok: true, warnings: ['unknown key "modle"; did you mean model?'] });
  });

  test('loses the variables that mean something on the host only', () => {
    const env = {
      TMPDIR: '/h',
      TEMP: '/h',
      GH_CONFIG_DIR: '/h',
      PAPERCLIP_RUN_SCRATCH_DIR: '/h',
      PAPERCLIP_SCRATCH_DIR: '/h',
      PAPERCLIP_TMPDIR: '/h',
      PAPERCLIP_GITHUB_HOST_HOME: '/h',
      PAPERCLIP_RUNNER_NETWORK_ROOTS: '/h',
      PAPERCLIP_API_KEY: 'configured',
      PAPERCLIP_CUSTOM: 'kept',
      ANTHROPIC_API_KEY: 'kept',
    };
    const kept = { PAPERCLIP_CUSTOM: 'kept', ANTHROPIC_API_KEY: 'kept' };
    expect(configOf({ env }, { authToken: 'made' }).env).toEqual(kept);
    expect(configOf({ env }).env).toEqual({ ...kept, PAPERCLIP_API_KEY: 'configured' });
  });

  test('works in the workspace only where the pod has the same disk', () => {
    const workspace = (cwd: string) => ({ context: { paperclipWorkspace: { cwd } } });
    const inCluster = { CLAUDE_K8S_POD_NAMESPACE: 'paperclip' };
    expect(configOf({}, workspace('/paperclip/work'), inCluster).cwd).toBe('/paperclip/work');
    expect(configOf({}, workspace('/paperclip/work')).cwd).toBeUndefined();
    expect(configOf({}, workspace('/home/me'), inCluster).cwd).toBeUndefined();
    expect(configOf({ cwd: '/own' }, workspace('/paperclip/work'), inCluster).cwd).toBe('/own');
  });
});

describe('the session codec', () => {
  test.each([
    ['what it wrote', { sessionId: 's' }],
    ['more than it wrote', { sessionId: ' s ', cwd: '/x' }],
    ['the bare id', 's'],
    ["Claude's own spelling", { session_id: 's' }],
  ])('reads %s', (_name, raw) => {
    expect(sessionCodec.deserialize(raw)).toEqual({ sessionId: 's' });
    expect(sessionCodec.getDisplayId(raw)).toBe('s');
    expect(sessionCodec.serialize(sessionCodec.deserialize(raw))).toEqual({ sessionId: 's' });
  });

  test.each([null, undefined, {}, 7, { sessionId: '' }])('reads nothing from %j', (raw) => {
    expect(sessionCodec.deserialize(raw)).toBeNull();
    expect(sessionCodec.getDisplayId(raw)).toBeNull();
  });

  test('knows what Claude can resume', () => {
    expect(isSessionId('11111111-2222-4333-8444-55555555555A')).toBe(true);
    expect(isSessionId('session-of-another-adapter')).toBe(false);
  });
});
