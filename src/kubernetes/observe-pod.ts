import { agentContainer } from '../manifest/place.ts';
import type { ContainerSnapshot, ContainerState, PodPhase, PodSnapshot, Terminated } from '../run/snapshot.ts';
import { fields, type Json, list, number, text, texts, time } from './json.ts';
import { observeConditions } from './observe.ts';

export function observePod(pod: Json): PodSnapshot {
  const owner = list(pod, 'metadata', 'ownerReferences').find(({ kind }) => kind === 'Job');
  const labels = texts(pod, 'metadata', 'labels');
  const agent = list(pod, 'status', 'containerStatuses').find(({ name }) => name === agentContainer);
  return {
    name: text(pod, 'metadata', 'name') ?? '',
    namespace: text(pod, 'metadata', 'namespace') ?? '',
    uid: text(pod, 'metadata', 'uid') ?? '',
    resourceVersion: text(pod, 'metadata', 'resourceVersion') ?? '',
    jobUid: text(owner, 'uid') ?? labels['batch.kubernetes.io/controller-uid'],
    createdAt: time(pod, 'metadata', 'creationTimestamp') ?? 0,
    deletionAt: time(pod, 'metadata', 'deletionTimestamp'),
    deletionGraceSeconds: number(pod, 'metadata', 'deletionGracePeriodSeconds'),
    nodeName: text(pod, 'spec', 'nodeName'),
    phase: phaseOf(text(pod, 'status', 'phase')),
    reason: text(pod, 'status', 'reason'),
    message: text(pod, 'status', 'message'),
    conditions: observeConditions(pod),
    agent: agent === undefined ? undefined : observeContainer(agent),
    inits: list(pod, 'status', 'initContainerStatuses').map(observeContainer),
  };
}

function phaseOf(phase: string | undefined): PodPhase {
  return phase === 'Pending' || phase === 'Running' || phase === 'Succeeded' || phase === 'Failed' ? phase : 'Unknown';
}

function observeContainer(status: Json): ContainerSnapshot {
  const last = fields(status, 'lastState', 'terminated');
  return {
    name: text(status, 'name') ?? '',
    state: stateOf(status),
    last: last === undefined ? undefined : terminatedOf(last),
    image: text(status, 'image') ?? '',
    restartCount: number(status, 'restartCount') ?? 0,
  };
}

function stateOf(status: Json): ContainerState {
  const waiting = fields(status, 'state', 'waiting');
  if (waiting !== undefined)
    return { is: 'waiting', reason: text(waiting, 'reason'), message: text(waiting, 'message') };
  const running = fields(status, 'state', 'running');
  if (running !== undefined) return { is: 'running', startedAt: time(running, 'startedAt') };
  const terminated = fields(status, 'state', 'terminated');
  return terminated === undefined ? { is: 'unknown' } : { is: 'terminated', ...terminatedOf(terminated) };
}

function terminatedOf(state: Json): Terminated {
  return {
    exitCode: number(state, 'exitCode') ?? 0,
    signal: number(state, 'signal'),
    reason: text(state, 'reason'),
    message: text(state, 'message'),
    startedAt: time(state, 'startedAt'),
    finishedAt: time(state, 'finishedAt'),
    containerId: text(state, 'containerID'),
  };
}
