import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configForm } from '../../../src/host/config-form.ts';
import { models } from '../../../src/host/models.ts';
import { annotation } from '../../../src/manifest/labels.ts';
import { claim, hostPod, removeVolumes } from '../host-pod.ts';
import { ownNamespace } from '../namespace.ts';
import { content, emit, init, mortal, result, steps } from '../script.ts';
import { kubectl, surroundings, until } from '../tools.ts';
import { agentLines, Board } from './board.ts';
import { installAdapter } from './install.ts';
import { everyKind, long, RunPage } from './page.ts';
import { podsIn, untilTold } from './pods.ts';
import { Paperclip } from './server.ts';

const namespace = ownNamespace('e2e-paperclip');
const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '2', memory: '1Gi' } };
let paperclip: Paperclip;
let board: Board;

beforeAll(async () => {
  await removeVolumes();
  await claim('shared', namespace);
  // A folder of the node belongs to root, whatever group a pod asks for.
  const env = [
    { name: 'TEAM', value: 'blue' },
    { name: 'PAPERCLIP_AGENT_JWT_SECRET', value: 'secret-of-the-server' },
    { name: 'DATABASE_URL', value: 'postgres://secret-of-the-server' },
  ];
  const command = ['sh', '-c', 'chmod 1777 /paperclip; exec sleep 3600'];
  await hostPod('paperclip-0', { command, env }, 'shared', namespace);
  await kubectl('-n', namespace, 'wait', 'pod', 'paperclip-0', '--for=condition=Ready', '--timeout=60s');
  paperclip = await Paperclip.start({ CLAUDE_K8S_POD_NAMESPACE: namespace, CLAUDE_K8S_POD_NAME: 'paperclip-0' });
  const folder = mkdtempSync(join(tmpdir(), 'adapter-'));
  const packageName = await installAdapter(folder);
  chmodSync(folder, 0o755);
  await paperclip.api('POST', '/adapters/install', { packageName, isLocalPath: true });
  board = await Board.open(paperclip);
});
afterAll(() => paperclip?.close());

const base = () => ({ kubeconfig: paperclip.kubeconfig, namespace, resources });

/** An agent whose `claude` is a script. */
function played(script: string, more: Record<string, unknown> = {}) {
  return { ...base(), image: surroundings().fakeImage, env: { FAKE_CLAUDE: script }, ...more };
}

/** The real Claude Code, which says what a script of the Messages API lets it. */
function real(script: string) {
  const { agentImage, messagesApi } = surroundings();
  const env = {
    ANTHROPIC_BASE_URL: `${messagesApi}/${script}`,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    IS_SANDBOX: '1',
  };
  return { ...base(), image: agentImage, env, dangerouslySkipPermissions: true };
}

const { podsOf, tell } = podsIn(namespace);
const numbered = (n: number) => emit({ type: 'user', n });
const many = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => numbered(from + index));

describe('the environment check', () => {
  test('is without an error where all is right', async () => {
    const { checks } = await board.check(played(''));
    expect(checks.filter(({ level }) => level === 'error')).toEqual([]);
    expect(checks.map(({ code }) => code)).toEqual(expect.arrayContaining(['cluster', 'namespace', 'image', 'rbac']));
  });

  test('says what is wrong, and what to do', async () => {
    const { status, checks } = await board.check({ ...played(''), kubeconfig: '/nowhere/kubeconfig' });
    expect(status).toBe('fail');
    expect(checks).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('/nowhere/kubeconfig') }),
    );
  });
});

test('an agent is set up by a form and a list of models that the server takes from the adapter', async () => {
  const { fields } = await paperclip.api<{ fields: { key: string }[] }>('GET', '/adapters/claude_k8s/config-schema');
  expect(fields.map(({ key }) => key)).toEqual(configForm().fields.map(({ key }) => key));
  expect(await board.models()).toEqual(models);
});

describe.concurrent('an issue', () => {
  test('is worked on by the real Claude Code, and its next run resumes the session', async () => {
    const agent = await board.agent('Real', real('tools'));
    const issue = await board.issue(agent);
    const first = await board.ended((await board.nth(agent, 0)).id);
    expect(first).toMatchObject({ status: 'succeeded', exitCode: 0, errorCode: null });
    expect(first.usageJson).toMatchObject({
      usageSource: 'per_run',
      provider: 'anthropic',
      costUsd: expect.any(Number),
    });
    expect(first.sessionIdAfter).toMatch(/^[0-9a-f-]{36}$/);
    const log = await board.log(first.id);
    expect(agentLines(log).map((line) => JSON.parse(line).type)).toEqual(
      expect.arrayContaining(['system', 'assistant', 'result']),
    );
    expect(await board.events(first.id)).toEqual(
      expect.arrayContaining(['claude_k8s.job_created', 'claude_k8s.verdict']),
    );
    await board.comment(issue, 'And again.');
    const next = await board.ended((await board.nth(agent, 1)).id);
    await board.pause(agent);
    expect(await board.log(next.id)).toContain(`"session_id":"${first.sessionIdAfter}"`);
    expect(next).toMatchObject({ status: 'succeeded', sessionIdAfter: first.sessionIdAfter });
  });

  test('whose run is cancelled keeps its log, and the pod is gone when that is acknowledged', async () => {
    const spent = { input_tokens: 5, output_tokens: 7 };
    const paid = emit({ type: 'assistant', message: { id: 'msg-1', model: 'scripted', usage: spent, content: [] } });
    const agent = await board.agent('Cancelled', played(steps(mortal, init, content, paid, 'sleep 1000 & wait')));
    await board.issue(agent);
    const { id } = await board.nth(agent, 0);
    await until('the agent at work', async () => (await board.log(id)).includes('"output_tokens":7'), 60);
    await board.cancel(id);
    const run = await board.ended(id);
    await board.pause(agent);
    expect(run.status).toBe('cancelled');
    expect(run.resultJson?.executionCancellation).toMatchObject({ state: 'acknowledged' });
    expect(await board.log(id)).toContain('working on it');
    expect(run.usageJson).toMatchObject({ inputTokens: 5, outputTokens: 7, usageSource: 'per_run' });
    expect(await podsOf(id)).toEqual([]);
  });

  test('whose image is not there is tried again by the host', async () => {
    const agent = await board.agent('No image', {
      ...played(''),
      image: 'registry.local/nope:1',
      scheduleTimeoutSec: 10,
    });
    await board.issue(agent);
    const run = await board.ended((await board.nth(agent, 0)).id);
    expect(run).toMatchObject({ status: 'failed', errorCode: 'k8s_pod_schedule_failed' });
    expect(run.resultJson).toMatchObject({ executionRecovery: { kind: 'bootstrap', providerWorkStarted: false } });
    await until('another run', async () => (await board.runs(agent)).length > 1, 60);
    await board.pause(agent);
  });

  test('whose agent is killed for its memory fails with what happened, and once', async () => {
    const eat = 'x=$(head -c 300000000 /dev/zero | tr "\\\\0" x); echo "$x" | tail -c 1';
    const limited = { resources: { requests: { cpu: '50m', memory: '32Mi' }, limits: { cpu: '2', memory: '64Mi' } } };
    const agent = await board.agent('Hungry', played(steps(init, content, eat), limited));
    await board.issue(agent);
    const run = await board.ended((await board.nth(agent, 0)).id);
    expect(run).toMatchObject({ status: 'failed', errorCode: 'claude_truncated' });
    expect(run.resultJson?.diagnosis).toMatchObject({ cause: 'oom_killed' });
    expect(run.error).toContain('memory');
    expect(await board.runs(agent)).toHaveLength(1);
    await board.pause(agent);
  });

  test('gives its agent an environment without what is the server’s own, and no token to the log', async () => {
    const agent = await board.agent('Plain', played(steps(init, content, "env | sed 's/^/env: /'", result)));
    await board.issue(agent);
    const { id } = await board.ended((await board.nth(agent, 0)).id);
    await board.pause(agent);
    const env = Object.fromEntries([...(await board.log(id)).matchAll(/^env: (\w+)=(.*)$/gm)].map(([, ...one]) => one));
    expect(env).toMatchObject({
      TEAM: 'blue',
      PAPERCLIP_RUN_ID: id,
      PAPERCLIP_SCRATCH_DIR: '/tmp',
      PAPERCLIP_API_KEY: expect.stringMatching(/^\*+(REDACTED\*+)?$/),
    });
    const own = /JWT_SECRET|DATABASE|TASK_SCRATCH|TMP|TEMP|^(PORT|HOST|GH_CONFIG_DIR|CLAUDE_K8S_.*|OTEL_.*)$/;
    expect(Object.keys(env).filter((name) => own.test(name))).toEqual([]);
    expect(JSON.stringify(env)).not.toContain('secret-of-the-server');
  });

  test('of two agents at once are two runs', async () => {
    const script = steps(init, content, 'sleep 3', result);
    const agents = await Promise.all(['Left', 'Right'].map((name) => board.agent(name, played(script))));
    await Promise.all(agents.map((agent) => board.issue(agent)));
    for (const agent of agents) {
      expect(await board.ended((await board.nth(agent, 0)).id)).toMatchObject({ status: 'succeeded' });
      await board.pause(agent);
    }
  });

  test('whose server loses its lease is no cancel: its Job lives on, and is nobody’s', async () => {
    const agent = await board.agent('Without a lease', played(steps(mortal, init, content, untilTold, result)));
    await board.issue(agent);
    const { id } = await board.nth(agent, 0);
    await until('the agent at work', async () => (await board.log(id)).includes('working on it'), 60);
    const [pod = ''] = await podsOf(id);
    // As after a hiccup of the database: another process counts as the one that controls the run.
    const lost = `update heartbeat_runs set controller_boot_id = gen_random_uuid() where id = '${id}' returning id`;
    expect(await paperclip.inDatabase(lost)).toHaveLength(1);
    const marks = ['get', 'job', '-l', `paperclip.io/run-id=${id}`, '-o', 'jsonpath={.items[*].metadata.annotations}'];
    const released = async () => (await kubectl('-n', namespace, ...marks)).includes(annotation.releasedAt);
    // The agent is not paused: the server would have to end a run first that it no longer controls, and may refuse.
    await until('the Job that is let go', released, 60);
    expect(await podsOf(id)).toEqual([pod]);
    const { checks } = await board.check(played(''));
    expect(checks).toContainEqual(expect.objectContaining({ code: 'unowned_jobs', level: 'warn' }));
    await tell(pod);
    const ended = ['wait', pod, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=30s'];
    await kubectl('-n', namespace, ...ended);
  });

  test('goes on while the adapter is loaded anew', async () => {
    const agent = await board.agent('Reloaded', played(steps(init, content, 'sleep 6', ...many(1, 3), result)));
    await board.issue(agent);
    const { id } = await board.nth(agent, 0);
    await until('the agent at work', async () => (await board.log(id)).includes('working on it'), 60);
    await paperclip.api('POST', '/adapters/claude_k8s/reload', {});
    expect(await board.ended(id)).toMatchObject({ status: 'succeeded' });
    await board.pause(agent);
    expect(agentLines(await board.log(id))).toHaveLength(6);
  });
});

describe('the page of a run', () => {
  let agent: string;
  let url: string;

  beforeAll(async () => {
    agent = await board.agent('Seen', played(everyKind));
    await board.issue(agent);
    const { id } = await board.ended((await board.nth(agent, 0)).id);
    await board.pause(agent);
    url = await board.pageOf(agent, id);
  });

  test('tells of thinking, tool calls and their results, and of what this adapter said', async () => {
    const run = await RunPage.open(url, { repaired: true });
    try {
      await run.unfold('system message');
      for (const words of ['[paperclip] ', 'What was asked for?', 'I look at the files.']) await run.sees(words);
      await run.unfold('Executed command');
      await run.sees('the-only-file.txt');
      await run.unfold('Used Read');
      for (const words of ['Errored', 'File does not exist.', ' and ends']) await run.sees(words);
      const words = await run.words();
      expect(words).toContain(`begins ${'x'.repeat(long)} and ends`);
      expect(words).not.toContain('"type":"tool_use"');
      const { CLAUDE_K8S_PICTURES: pictures } = process.env;
      if (pictures) await run.picture(join(pictures, 'paperclip.png'), 'What was asked for?');
    } finally {
      await run.close();
    }
  });

  /** Red when the server's page is repaired: then the test above needs no repair of its own. */
  test('shows the lines as they are, whole, where the parser of no adapter runs', async () => {
    const run = await RunPage.open(url, { repaired: false });
    try {
      await run.sees(' and ends');
      const words = await run.words();
      expect(words).toContain(`"text":"begins ${'x'.repeat(long)} and ends"`);
      expect(words).toContain('"type":"tool_use"');
    } finally {
      await run.close();
    }
  });
});

describe('a server that goes away in the middle of a run', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s: the next run of the task takes over the Job, with every line',
    async (signal) => {
      const script = steps(mortal, init, content, ...many(1, 5), untilTold, ...many(6, 9), result);
      const agent = await board.agent(`Adopted after ${signal}`, played(script));
      const issue = await board.issue(agent);
      const { id } = await board.nth(agent, 0);
      await until('the agent at work', async () => (await board.log(id)).includes('"n":5'), 60);
      const [pod = ''] = await podsOf(id);
      await paperclip.stop(signal);
      await paperclip.begin();
      expect(await podsOf(id)).toEqual([pod]);
      const adopter = await board.goneOn(issue, agent, id);
      await until(
        'the Job taken over',
        async () => (await board.log(adopter)).includes('[paperclip] adopted Job '),
        60,
      );
      await tell(pod);
      const run = await board.ended(adopter);
      await board.pause(agent);
      expect(run).toMatchObject({ status: 'succeeded' });
      const log = await board.log(run.id);
      const numbers = agentLines(log).flatMap((line) => JSON.parse(line).n ?? []);
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    },
    400_000,
  );
});
