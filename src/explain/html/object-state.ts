import { fields, isJson, type Json, list, number, text } from '../../kubernetes/json.ts';

/** How a state looks: colour, and never colour alone, since each bar has its word. */
export type Tone = 'wait' | 'work' | 'good' | 'bad' | 'warn' | 'gone';

export interface State {
  /** One or two words. */
  label: string;
  tone: Tone;
  /** What the cluster adds to it. */
  detail: string;
}

export const gone: State = { label: 'gone', tone: 'gone', detail: '' };

export function jobState(job: Json): State {
  const failed = condition(job, 'Failed');
  const complete = condition(job, 'Complete');
  if (text(job, 'metadata', 'deletionTimestamp')) return { label: 'being deleted', tone: 'warn', detail: '' };
  if (failed) return { label: 'failed', tone: 'bad', detail: why(failed) };
  if (complete) return { label: 'complete', tone: 'good', detail: why(complete) };
  const failing = condition(job, 'FailureTarget');
  if (failing) return { label: 'failing', tone: 'bad', detail: why(failing) };
  if (condition(job, 'SuccessCriteriaMet')) return { label: 'completing', tone: 'good', detail: '' };
  if (fields(job, 'spec')?.suspend === true) return { label: 'suspended', tone: 'wait', detail: '' };
  const active = number(job, 'status', 'active') ?? 0;
  if (active > 0) return { label: 'active', tone: 'work', detail: '' };
  return { label: 'created', tone: 'wait', detail: '' };
}

export function podState(pod: Json): State {
  const phase = text(pod, 'status', 'phase');
  const node = text(pod, 'spec', 'nodeName');
  const reason = [text(pod, 'status', 'reason'), text(pod, 'status', 'message')].filter(Boolean).join(': ');
  const disrupted = condition(pod, 'DisruptionTarget');
  const detail = [reason, disrupted && `disrupted: ${why(disrupted)}`, node && `on node ${node}`]
    .filter(Boolean)
    .join('; ');
  if (phase === 'Failed') return { label: text(pod, 'status', 'reason') ?? 'failed', tone: 'bad', detail };
  if (phase === 'Succeeded') return { label: 'succeeded', tone: 'good', detail };
  if (text(pod, 'metadata', 'deletionTimestamp')) return { label: 'being deleted', tone: 'warn', detail };
  if (disrupted) return { label: 'disrupted', tone: 'warn', detail };
  if (phase === 'Running') return { label: 'running', tone: 'work', detail };
  if (phase === 'Unknown') return { label: 'unknown', tone: 'warn', detail };
  const unplaced = list(pod, 'status', 'conditions').find(
    (one) => one.type === 'PodScheduled' && one.status === 'False',
  );
  if (unplaced) return { label: 'unschedulable', tone: 'warn', detail: why(unplaced) };
  return { label: node === undefined ? 'pending' : 'scheduled', tone: 'wait', detail };
}

/** Init containers first, in the order of the pod's status. */
export function containerStates(pod: Json): { name: string; state: State }[] {
  const inits = list(pod, 'status', 'initContainerStatuses');
  return [...inits, ...list(pod, 'status', 'containerStatuses')].flatMap((status) => {
    const name = text(status, 'name');
    const state = containerState(status);
    return name === undefined || state === undefined ? [] : [{ name, state }];
  });
}

/** What a container printed last may stand in its `message`: that of one that waits is the kubelet's own. */
function containerState(status: Json): State | undefined {
  const restarts = number(status, 'restartCount') ?? 0;
  const more = restarts > 0 ? `restarted ${restarts} times` : '';
  const ended = fields(status, 'state', 'terminated');
  if (ended) {
    const code = number(ended, 'exitCode');
    const reason = text(ended, 'reason');
    const told = reason === undefined || reason === 'Error' || reason === 'Completed' ? `exit ${code ?? '?'}` : reason;
    const detail = [`exit code ${code ?? 'unknown'}`, reason, more].filter(Boolean).join('; ');
    return { label: told, tone: code === 0 ? 'good' : 'bad', detail };
  }
  if (fields(status, 'state', 'running')) return { label: 'running', tone: 'work', detail: more };
  const waiting = fields(status, 'state', 'waiting');
  if (waiting === undefined) return undefined;
  const reason = text(waiting, 'reason') ?? 'waiting';
  const starts = reason === 'ContainerCreating' || reason === 'PodInitializing' || reason === 'waiting';
  const detail = [text(waiting, 'message'), more].filter(Boolean).join('; ');
  return { label: reason, tone: starts ? 'wait' : 'bad', detail };
}

function condition(object: Json, type: string): Json | undefined {
  return list(object, 'status', 'conditions').find((one) => one.type === type && one.status === 'True');
}

function why(condition: Json | undefined): string {
  return isJson(condition) ? [text(condition, 'reason'), text(condition, 'message')].filter(Boolean).join(': ') : '';
}
