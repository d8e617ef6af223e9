import { asks } from '../../src/loopback/faults.ts';
import { isLog, isWatch } from '../../src/loopback/open-stream.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { done, init, type Played, said, until, type World } from '../engine/world.ts';

/** An incident that no real cluster plays on demand. */
export interface LoopbackIncident {
  /** The folder in `fixtures/incidents`. */
  folder: string;
  about: string;
  /** Before the run begins. */
  before?(world: World): void;
  /** Once its agent has said its first line; left out for a run that never comes so far. */
  during?(scene: Scene): Promise<void>;
}

export interface Scene {
  world: World;
  run: Played;
  pod: PodPlay;
  /** ms of the run's own clock. */
  pass(ms: number): Promise<void>;
}

export const loopbackIncidents: readonly LoopbackIncident[] = [
  {
    folder: 'claude_truncated/node-shutdown',
    about:
      'made with the loopback API, because a test can not shut its own machine down: the kubelet ends the pod in an orderly shutdown',
    async during({ pod, pass }) {
      pod.say(said);
      await pass(5_000);
      pod.disrupted('TerminationByKubelet', 'Pod was terminated in response to imminent node shutdown.');
      await pass(500);
      pod.exited(143, { phase: 'Running' });
      pod.failed('Terminated', 'Pod was terminated in response to imminent node shutdown.');
    },
  },
  {
    folder: 'claude_truncated/tainted',
    about:
      'made with the loopback API, because a taint would drive all pods off the only node: the taint manager deletes the pod of a node that is Ready',
    async during({ pod, pass }) {
      pod.say(said);
      await pass(5_000);
      pod.disrupted('DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint');
      await pass(500);
      pod.exited(143).removed();
    },
  },
  {
    folder: 'k8s_job_deleted_externally/time-to-live',
    about:
      'made with the loopback API, because it takes a Job that is finished before its container: the TTL controller removes it',
    async during({ world, pod, pass }) {
      pod.say(said);
      await pass(2_000);
      const at = { resource: 'jobs', namespace: 'agents', name: pod.jobName } as const;
      world.api.store.update(at, (job) => {
        if (job.kind === 'Job') Object.assign(job, { spec: { ...Object(job.spec), ttlSecondsAfterFinished: 1 } });
      });
      pod.concluded('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
      await pass(2_500);
      pod.removed();
      world.api.store.remove(at);
    },
  },
  {
    folder: 'claude_truncated/log-gap',
    about:
      'made with the loopback API, because a real kubelet does not fail on demand: it can not serve the log any more, and the pod is removed before anyone read its result',
    async during({ world, pod, pass }) {
      pod.say(said);
      await pass(3_000);
      const kubelet = { is: 'answer', status: 500, body: 'error dialing backend' } as const;
      world.api.faults.add(asks('get', 'pods/log'), kubelet, Number.POSITIVE_INFINITY);
      world.api.streams.cut('reset', isLog);
      await pass(2_000);
      pod.say(done).exited(0);
      await pass(3_000);
      pod.removed();
    },
  },
  {
    folder: 'k8s_concurrency_guard_unreachable/connections-reset',
    about:
      'made with the loopback API, because it takes five minutes without it: every connection that asks for Jobs is reset',
    before({ api }) {
      api.faults.add(asks('list', 'jobs'), { is: 'reset' }, Number.POSITIVE_INFINITY);
    },
  },
  {
    folder: 'k8s_job_state_mismatch/pod-vanished',
    about:
      'made with the loopback API, because a kubelet that works tells the end of a pod that is removed by force: before any answer the pod is gone, its Job says nothing, and how the container ended is never told',
    async during({ pod, pass }) {
      await pass(3_000);
      pod.logEnds().removed();
    },
  },
  {
    folder: 'success/equal-lines',
    about:
      'made with the loopback API, because no agent prints the same line again on demand: equal lines before and after two cuts of the log, each of them a line of its own',
    async during({ world, pod, pass }) {
      pod.say(said, said, said);
      await pass(700);
      world.api.streams.cut('reset', isLog);
      pod.say(said, said);
      await pass(3_000);
      pod.say(said);
      world.api.streams.cut('clean', isLog);
      await pass(4_000);
      pod.say(said, said, done).exited(0);
    },
  },
  {
    folder: 'success/two-pods',
    about:
      'made with the loopback API, because a node does not turn a pod away on demand: the Job has another pod, which never ran, and the end of the right one is told by a list of both',
    async during({ world: { api }, pod, pass }) {
      pod.say(said);
      await pass(2_000);
      const own = pod.pod;
      if (own === undefined) throw new Error('the pod is gone');
      const { labels = {}, ownerReferences = [], namespace } = own.metadata;
      const other = { name: `${pod.jobName}-00000`, labels, ownerReferences };
      const status = { phase: 'Failed', reason: 'OutOfcpu', message: 'Node didn’t have enough resource: cpu' };
      api.store.create({ resource: 'pods', namespace }, { metadata: other, spec: own.spec, status });
      await pass(3_000);
      pod.say(done);
      await pass(1_000);
      const at = { resource: 'pods', namespace, name: pod.podName } as const;
      api.store.update(at, (draft) => {
        Object.assign(draft, { status: { ...Object(draft.status), phase: 'Succeeded' } });
      });
      const noWatch = { is: 'answer', status: 500, body: 'etcd is away' } as const;
      api.faults.add(asks('watch', 'pods'), noWatch, Number.POSITIVE_INFINITY);
      api.streams.cut('clean', (request) => isWatch(request) && request.resource === 'pods');
      pod.exited(0);
    },
  },
];

/** What plays until `during` begins. */
export async function atWork(world: World, run: Played): Promise<PodPlay> {
  await until('the pod', () => world.plays.length > 0);
  const [pod] = world.plays;
  if (pod === undefined) throw new Error('there is no pod');
  pod.scheduled().running().say(init);
  await until('the first line', () => run.lines().length > 0);
  return pod;
}
