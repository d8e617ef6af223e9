import { describe, expect, test } from 'vitest';
import { done, endedPod, init, json, said, talking, type World } from './world.ts';

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
