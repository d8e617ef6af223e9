import { describe, expect, test } from 'vitest';
import { limit } from '../../src/run/limits.ts';
import { condition, pod } from '../failure/build.ts';
import { init, json, runningPod, said, talking, type World } from './world.ts';

const refused = {
  kind: 'server_error',
  call: 'get pods/log',
  status: 500,
  reason: undefined,
  message: 'dial tcp: i/o timeout',
  retryAfterMs: undefined,
} as const;
const refuse = (world: World) => {
  const { at, attempt } = world;
  world.see({ type: 'log_ended', at, attempt, how: 'refused', partial: undefined, fault: refused });
};
/** Being deleted, and past its grace period with nothing more reported. */
function overdue(): World {
  const world = talking([init, said]);
  world.pod(pod({ ...runningPod, resourceVersion: '301', deletionAt: world.at + 20_000 }));
  world.pass(20_000 + limit.unreachable);
  return world;
}

describe('a pod that is going and whose node is silent', () => {
  test('is not waited for without end when its log fails too, and nothing is deleted', () => {
    const world = overdue();
    expect(world.asked('open_log').at(-1)).toMatchObject({ follow: false });
    const last = world.step.state.facts.pod;
    refuse(world);
    world.ok('read_pods', { pods: [last] });
    expect(world.outcome).toMatchObject({ job: 'left_running', evidence: { container: { known: 'unreachable' } } });
    expect(world.asked('delete_job')).toEqual([]);
  });

  test('is lost also when its log endpoint takes the request and never answers', () => {
    const world = overdue();
    world.pass(limit.logIdle);
    expect(world.step.state.phase.name).toBe('pod_lookup');
  });

  test('lives while its log answers, be it with nothing new', () => {
    const world = overdue();
    world.end();
    expect(world.asked('open_log').at(-1)).toMatchObject({ follow: true });
    expect(world.step.state.phase.name).toBe('stream');
    world.pass(limit.unreachable);
    expect(world.asked('open_log').at(-1)).toMatchObject({ follow: false });
  });

  test('lives while it prints, whatever a disruption that was called off has left on it', () => {
    const world = talking([init, said]);
    world.pod(pod({ ...runningPod, resourceVersion: '301', conditions: [condition('DisruptionTarget')] }));
    for (let n = 2; n < 9; n++) {
      world.pass(30_000);
      world.lines(json({ type: 'user' }, n));
    }
    expect(world.phases()).toEqual(['schedule', 'stream']);
    expect(world.asked('open_log').every(({ follow }) => follow)).toBe(true);
  });

  test('is not judged while the API is away', () => {
    const world = talking([init, said]);
    world.see({ type: 'watch_degraded', at: world.at, kind: 'pods', fault: { ...refused, call: 'watch pods' } });
    world.pod(pod({ ...runningPod, resourceVersion: '301', deletionAt: world.at + 20_000 }));
    world.see({ type: 'watch_degraded', at: world.at, kind: 'pods', fault: { ...refused, call: 'watch pods' } });
    refuse(world);
    world.pass(10 * 60_000);
    expect(world.phases()).not.toContain('pod_lookup');
  });
});
