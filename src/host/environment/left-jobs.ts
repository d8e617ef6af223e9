import type { Clock } from '../../engine/clock.ts';
import { label } from '../../manifest/labels.ts';
import type { JobSnapshot } from '../../run/snapshot.ts';
import type { Site } from '../shared.ts';
import type { Check } from './check.ts';

/** More of them are counted, not named. */
const named = 5;

/** More than a second of it is how exactly the API tells its time, and how long it takes to say so. */
const skewMs = 5_000;

/** Jobs that live on without anybody who answers for them. From now on they are looked for now and then. */
export async function checkLeftJobs({ runtime }: Site, namespace: string, clock: Clock): Promise<Check[]> {
  const answer = await runtime.leftBehind.look(namespace);
  runtime.leftBehind.sweep(namespace);
  // That Jobs can not be listed is told with the rights.
  if (!answer.ok) return [];
  return [...checkClock(answer.serverTime, clock.now()), ...checkJobs(answer.value, namespace)];
}

/** Ages of holders are told by two clocks: one that is minutes off makes a living Job look left. */
function checkClock(serverTime: number | undefined, now: number): Check[] {
  if (serverTime === undefined) return [];
  const off = now - serverTime;
  if (Math.abs(off) <= skewMs) {
    return [
      { code: 'clock', level: 'info', message: 'the clock of this machine agrees with that of the Kubernetes API' },
    ];
  }
  const message = `the clock of this machine is ${Math.abs(Math.round(off / 1000))} s ${off > 0 ? 'ahead of' : 'behind'} that of the Kubernetes API`;
  return [{ code: 'clock', level: 'warn', message, hint: 'synchronize the clocks (NTP)' }];
}

function checkJobs(jobs: readonly JobSnapshot[], namespace: string): Check[] {
  if (jobs.length === 0) return [];
  const names = jobs.slice(0, named).map(told);
  const more = jobs.length > named ? ` and ${jobs.length - named} more` : '';
  const message = `Jobs live in namespace ${namespace} that nobody answers for: ${names.join(', ')}${more}`;
  const back = `claude-k8s run --attach <job> --namespace ${namespace}`;
  const hint = `the next run of the same agent and task takes its Job over; one that has no task, or none to come, is come back to with: ${back}; look at what one does before you delete it: nothing else does`;
  return [{ code: 'unowned_jobs', level: 'warn', message, hint }];
}

function told({ name, labels }: JobSnapshot): string {
  const task = labels[label.taskId];
  return task === undefined ? name : `${name} (task ${task})`;
}
