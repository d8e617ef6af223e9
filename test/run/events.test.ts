import { describe, expect, test } from 'vitest';
import { job, pod, startedAt } from '../failure/build.ts';
import { agent, runningPod, World } from './world.ts';

const ours = job();

describe('events', () => {
  const failedCreate = (message: string) => ({
    uid: message,
    reason: 'FailedCreate',
    message,
    type: 'Warning' as const,
    about: { kind: 'Job', name: ours.name, uid: ours.uid },
    source: 'job-controller',
    count: 1,
    lastAt: startedAt,
  });

  test('are listed a moment after the create, and then not again while nothing changes', () => {
    const world = new World();
    world.pass(6_000);
    expect(world.asked('list_events')).toHaveLength(1);
    world.ok('list_events', { events: [] });
    world.pass(100_000);
    expect(world.asked('list_events')).toHaveLength(1);
  });

  test('are not listed for a start that goes well', () => {
    const world = new World();
    world.pod(
      pod({ phase: 'Pending', agent: agent({ is: 'waiting', reason: 'PodInitializing', message: undefined }) }),
    );
    world.pass(2_000);
    world.pod(runningPod);
    world.pass(60_000);
    expect(world.asked('list_events')).toEqual([]);
  });

  test('that tell of a refusal are looked at again before it is believed', () => {
    const world = new World();
    world.pass(6_000);
    world.ok('list_events', { events: [failedCreate('denied the request: policy')] });
    world.pass(9_000);
    expect(world.asked('list_events')).toHaveLength(1);
    world.pass(1_500);
    expect(world.asked('list_events')).toHaveLength(2);
  });

  test('are asked for once more when the time is over, and the last of them is told', () => {
    const world = new World();
    world.pass(6_000);
    world.ok('list_events', { events: [] });
    world.pass(115_000);
    world.ok('list_events', { events: [failedCreate('exceeded quota: pods=0')] });
    world.ok('read_pods', { pods: [] });
    world.ok('read_job', ours);
    world.ok('read_pods', { pods: [] });
    world.cleanUp();
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_pod_schedule_failed', cause: 'quota' });
  });
});
