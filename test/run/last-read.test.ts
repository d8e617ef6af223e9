import { describe, expect, test } from 'vitest';
import { done, endedPod, init, json, runningPod, said, talking, World } from './world.ts';

const text = (world: World) =>
  world
    .asked('deliver')
    .flatMap(({ chunks }) => chunks)
    .join('');

/** A read that ends by itself is under way, because the container was silent. */
function asked(): World {
  const world = talking([init, said], { stallTimeoutSec: 10 });
  world.pass(10_000);
  expect(world.asked('open_log').at(-1)).toMatchObject({ follow: false });
  return world;
}

describe('a read that began while the container lived', () => {
  test('does not prove the log complete, whatever ended meanwhile', () => {
    const world = asked();
    world.lines(init, said);
    world.pod(endedPod());
    world.end();
    expect(world.outcome).toBeUndefined();
    expect(world.step.state.phase.name).toBe('stream');
    world.lines(init, said, done);
    world.end();
    world.lines(said, done);
    world.end();
    world.cleanUp();
    expect(world.outcome).toMatchObject({ verdict: { code: null }, evidence: { log: { complete: true, lines: 3 } } });
  });

  test('does not give out the beginning of a line that is still being written', () => {
    const world = asked();
    world.lines(init, said);
    const whole = json({ type: 'user', text: 'long' }, 3);
    const partial = { ...whole, text: whole.text.slice(0, 9) };
    const { at, attempt } = world;
    world.see({ type: 'log_ended', at, attempt, how: 'clean', partial, fault: undefined });
    world.lines(init, said, whole);
    expect(text(world)).toBe(`${[init, said, whole].map((line) => line.text).join('\n')}\n`);
  });
});

describe('a container whose end is seen while the Job is asked for', () => {
  const gone = (world: World) =>
    world.see({ type: 'job_gone', at: world.at, uid: 'job-uid', last: undefined, route: 'relist-missing' });

  test('and whose start nobody saw has its output read before the verdict', () => {
    const world = new World();
    gone(world);
    world.pod(endedPod({ exitCode: 143 }));
    world.fault('read_job', 'not_found');
    expect(world.outcome).toBeUndefined();
    expect(world.asked('open_log')).toMatchObject([{ follow: false }]);
    world.lines(init, said);
    world.end();
    world.lines(init, said);
    world.end();
    expect(world.outcome).toMatchObject({
      verdict: { code: 'k8s_job_deleted_externally', exitCode: 143 },
      evidence: { log: { complete: true, lines: 2 } },
    });
  });

  test('after a part of its output was read has the rest read too', () => {
    const world = talking([init]);
    world.pod({ ...runningPod, resourceVersion: '250', agent: undefined });
    world.end();
    world.pass(31_000);
    expect(world.asked('read_job')).toHaveLength(1);
    world.pod(endedPod());
    world.ok('read_job', world.step.state.facts.job);
    world.end();
    world.lines(init, said, done);
    world.end();
    world.lines(said, done);
    world.end();
    world.cleanUp();
    expect(text(world)).toBe(`${[init, said, done].map((line) => line.text).join('\n')}\n`);
    expect(world.outcome).toMatchObject({ verdict: { code: null, notes: [] } });
  });

  test('and whose pod is gone meanwhile is told without it, as a gap', () => {
    const world = talking([init]);
    world.podGone();
    world.pod(endedPod({ exitCode: 143 }));
    world.fault('read_job', 'not_found');
    expect(world.outcome?.evidence.log).toMatchObject({ complete: false, gaps: [{}] });
  });
});
