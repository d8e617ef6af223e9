import { EventEmitter } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { execute } from '../../src/host/execute.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { success, World } from '../engine/world.ts';
import { contextOf } from './ctx.ts';

const session = '11111111-1111-4111-8111-111111111111';
const unknown = JSON.stringify({
  type: 'result',
  subtype: 'error_during_execution',
  is_error: true,
  num_turns: 0,
  session_id: '22222222-2222-4222-8222-222222222222',
  errors: [`No conversation found with session ID: ${session}`],
});

let world: World;
let shared: Shared;
afterEach(async () => {
  await shared.close();
  await world.close();
});

/** Every pod that is asked to resume knows of no session. */
const forgetful = (pod: PodPlay) => {
  const { args = [], command = [] } = Object(pod.pod?.spec.containers.find(({ name }) => name === 'claude'));
  if ([...command, ...args].includes('--resume')) void pod.scheduled().running().say(unknown).exited(1);
  else success(pod);
};

async function run(life: (pod: PodPlay) => void, over: Record<string, unknown> = {}) {
  world = await World.start(life, 20);
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'lost-session-')), 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigFor(world.api.url, 'agents').exportConfig());
  shared = createShared({ clock: world.clock, env: { KUBECONFIG: kubeconfig }, host: new EventEmitter() });
  const { ctx, heard } = contextOf({
    runtime: { sessionId: session, sessionParams: { sessionId: session }, sessionDisplayId: session },
    ...over,
  });
  return { result: await execute(ctx, shared), heard };
}

test('a run whose session is gone begins again with a new one', async () => {
  const { result, heard } = await run(forgetful);
  expect(result).toMatchObject({ exitCode: 0, sessionId: 's', resultJson: { diagnosis: { code: null } } });
  expect(result).not.toHaveProperty('errorCode');
  expect(result.resultJson.lostSessionDiagnosis).toMatchObject({ code: 'session_unavailable' });
  expect(heard.log).toContain(
    `[paperclip] Claude no longer has session ${session}: the run begins again with a new one`,
  );
  expect(world.plays).toHaveLength(2);
});

test('the Job that was refused may stay: the other one has a name of its own', async () => {
  const { result } = await run(forgetful, { config: { namespace: 'agents', image: 'agent:1', retainJobs: true } });
  expect(result).toMatchObject({ exitCode: 0 });
  expect(new Set(world.plays.map(({ jobName }) => jobName)).size).toBe(2);
});

test('a new session that is refused too is not tried a third time', async () => {
  const { result } = await run((pod) => void pod.scheduled().running().say(unknown).exited(1));
  expect(result).toMatchObject({ errorCode: 'session_unavailable', clearSession: true });
  expect(world.plays).toHaveLength(2);
});
