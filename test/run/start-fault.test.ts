import { describe, expect, test } from 'vitest';
import type { ContainerSnapshot, EventSnapshot, PodSnapshot } from '../../src/run/snapshot.ts';
import { isPulling, type StartFault, startFault } from '../../src/run/start-fault.ts';
import { condition, pod, terminated, waiting } from '../failure/build.ts';

function event(reason: string, message: string, over: Partial<EventSnapshot> = {}): EventSnapshot {
  const about = { kind: 'Pod', name: 'p', uid: 'pod-uid' };
  return { uid: 'e', reason, message, type: 'Warning', about, source: 'x', count: 1, lastAt: 1, ...over };
}
const onJob = { about: { kind: 'Job', name: 'j', uid: 'job-uid' } };
const init = (exitCode: number): ContainerSnapshot => ({
  ...waiting('write-prompt', 'x'),
  state: { is: 'terminated', ...terminated({ exitCode, reason: 'Error' }) },
});
const unscheduled = condition('PodScheduled', 'Unschedulable', {
  status: 'False',
  message: '0/1 nodes: Insufficient cpu',
});
const notFound = 'rpc error: code = NotFound desc = failed to pull: registry.local/nope:1: not found';

describe('why a container has not started', () => {
  const agent = (reason: string, message?: string) => pod({ agent: waiting('claude', reason, message) });
  const cases: [string, PodSnapshot | undefined, EventSnapshot[], Partial<StartFault> | undefined][] = [
    ['nothing is wrong', agent('ContainerCreating'), [], undefined],
    ['an init container failed', pod({ inits: [init(3)] }), [], { cause: 'init_failed', fatal: 'now' }],
    ['an init container succeeded', pod({ inits: [init(0)] }), [], undefined],
    ['a name that is no image', agent('InvalidImageName'), [], { cause: 'image_pull', fatal: 'now' }],
    ['an image that may not be pulled', agent('ErrImageNeverPull'), [], { cause: 'image_pull', fatal: 'now' }],
    ['an image that does not exist', agent('ErrImagePull', notFound), [], { cause: 'image_pull', fatal: 'again' }],
    [
      'a back-off that says why',
      agent('ImagePullBackOff', `Back-off pulling image: ${notFound}`),
      [],
      { cause: 'image_pull', fatal: 'again' },
    ],
    ['a registry that is away', agent('ErrImagePull', 'i/o timeout'), [], { cause: 'image_pull', fatal: 'timeout' }],
    [
      'an init image that does not exist',
      pod({ inits: [waiting('write-prompt', 'ErrImagePull', notFound)], agent: waiting('claude', 'PodInitializing') }),
      [],
      { cause: 'image_pull', fatal: 'again', detail: `container write-prompt: ErrImagePull: ${notFound}` },
    ],
    [
      'a key missing in a Secret',
      agent('CreateContainerConfigError', "couldn't find key x in Secret"),
      [],
      { cause: 'config_error', fatal: 'again' },
    ],
    ['no room', pod({ conditions: [unscheduled] }), [], { cause: 'unschedulable', fatal: 'timeout' }],
    [
      'a claim that does not exist',
      pod({ conditions: [{ ...unscheduled, message: 'persistentvolumeclaim "shared" not found' }] }),
      [],
      { cause: 'volume', fatal: 'timeout' },
    ],
    [
      'a mount that is still tried',
      agent('ContainerCreating'),
      [event('FailedMount', 'hostPath type check failed')],
      { cause: 'volume', fatal: 'timeout', detail: 'hostPath type check failed' },
    ],
    [
      'a mount of another pod',
      agent('ContainerCreating'),
      [event('FailedMount', 'x', { about: { kind: 'Pod', name: 'q', uid: 'other' } })],
      undefined,
    ],
    [
      'a full quota',
      undefined,
      [event('FailedCreate', 'pods "x" is forbidden: exceeded quota: small', onJob)],
      { cause: 'quota', fatal: 'timeout' },
    ],
    [
      'an admission policy that says no',
      undefined,
      [event('FailedCreate', 'pods "x" is forbidden: violates PodSecurity "restricted:latest"', onJob)],
      { cause: 'rbac', fatal: 'again' },
    ],
    [
      'a refusal that has been overcome',
      agent('ContainerCreating'),
      [event('FailedCreate', 'pods "x" is forbidden: exceeded quota: small', onJob)],
      undefined,
    ],
  ];
  test.each(cases)('%s', (_name, seen, events, expected) => {
    const found = startFault(seen, events);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });
  test('of several events the last one speaks', () => {
    const events = [event('FailedMount', 'new', { lastAt: 9 }), event('FailedMount', 'old', { lastAt: 3 })];
    expect(startFault(agent('ContainerCreating'), events)?.detail).toBe('new');
  });
});

test.each([
  ['while it is being pulled', ['Pulling'], true],
  ['not once it is there', ['Pulling', 'Pulled'], false],
  ['not once it failed', ['Pulling', 'Failed'], false],
  ['again on the next try', ['Pulling', 'Failed', 'Pulling'], true],
  ['not before', [], false],
])('an image is on its way %s', (_name, reasons, expected) => {
  const events = reasons.map((reason, i) => event(reason, '', { lastAt: i + 1 }));
  expect(isPulling(events, 'pod-uid')).toBe(expected);
  expect(isPulling(events, 'other')).toBe(false);
});
