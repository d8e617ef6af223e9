import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { explain } from '../../src/explain/explain.ts';
import { execute } from '../../src/host/execute.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { asks } from '../../src/loopback/faults.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import { FastClock } from '../engine/fast-clock.ts';
import { init, said, until, World } from '../engine/world.ts';
import { settled } from '../host/clock.ts';
import { contextOf } from '../host/ctx.ts';
import { framesOf, ofType } from './recorded.ts';

let world: World;
let shared: Shared;
afterEach(async () => {
  await shared.close();
  await world.close();
});

/** A host with one run whose agent has spoken and lives on; `end` tells the host to end. */
async function workingHost(speed: number) {
  const directory = mkdtempSync(join(tmpdir(), 'shutdown-'));
  const kubeconfig = join(directory, 'kubeconfig');
  world = await World.start((play) => void play.scheduled().running().say(init, said));
  writeFileSync(kubeconfig, kubeconfigFor(world.api.url, 'agents').exportConfig());
  const host = new EventEmitter();
  host.on('SIGTERM', () => {});
  await settled();
  const clock = new FastClock(speed);
  shared = createShared({ clock, host, env: { KUBECONFIG: kubeconfig } });
  const incidentDir = join(directory, 'incidents');
  const { ctx, heard } = contextOf({ config: { namespace: 'agents', image: 'agent:1', incidentDir } });
  void execute(ctx, shared);
  await until('the words of the agent', () => heard.log.includes('hello'));
  const bundles = () => {
    try {
      return readdirSync(incidentDir).filter((name) => name.endsWith('.zst'));
    } catch {
      return [];
    }
  };
  return { clock, bundles, incidentDir, heard, end: () => host.emit('SIGTERM') };
}

test('a host that ends leaves the recording of a run that let go of its Job', async () => {
  const { bundles, incidentDir, heard, end } = await workingHost(1);
  end();
  await until('the recording', () => bundles().length === 1);
  const [name = ''] = bundles();
  expect(name).toContain('-k8s_run_handed_over-');
  const frames = await framesOf(join(incidentDir, name));
  expect(ofType(frames, 'footer')[0]?.diagnosis).toMatchObject({ code: 'k8s_run_handed_over' });
  await until('its name in the log', () => heard.log.includes(`[paperclip] recorded: ${join(incidentDir, name)}\n`));
});

test('and of a run that can not let go because the API does not answer, before the shutdown gives up', async () => {
  const { clock, bundles, incidentDir, end } = await workingHost(2);
  world.api.faults.add(asks('patch', 'jobs'), { is: 'hang' }, Number.POSITIVE_INFINITY);
  const from = clock.now();
  end();
  await until('the recording', () => bundles().length === 1);
  expect(clock.now() - from).toBeLessThan(4_000);
  const [name = ''] = bundles();
  expect(name).toContain('-unfinished-');
  const frames = await framesOf(join(incidentDir, name));
  const asked = ofType(frames, 'request').map(({ verb, resource }) => `${verb} ${resource}`);
  expect(asked).toEqual(expect.arrayContaining(['create jobs', 'follow pods/log', 'patch jobs']));
  expect(ofType(frames, 'footer')[0]?.diagnosis).toBeUndefined();
  expect(explain(frames)).toMatchObject({ code: null, whole: false });
});
