import { label } from '../manifest/labels.ts';
import type { JobSnapshot } from '../run/snapshot.ts';
import type { Check } from './environment-access.ts';
import type { Site } from './shared.ts';

/** More of them are counted, not named. */
const named = 5;

/** Jobs that live on without anybody who answers for them. From now on they are looked for now and then. */
export async function checkLeftJobs({ runtime }: Site, namespace: string): Promise<Check[]> {
  const answer = await runtime.leftBehind.look(namespace);
  runtime.leftBehind.sweep(namespace);
  // That Jobs can not be listed is told with the rights.
  if (!answer.ok || answer.value.length === 0) return [];
  const jobs = answer.value;
  const names = jobs.slice(0, named).map(told);
  const more = jobs.length > named ? ` and ${jobs.length - named} more` : '';
  const message = `Jobs live in namespace ${namespace} that nobody answers for: ${names.join(', ')}${more}`;
  const hint =
    'the next run of the same agent and task takes its Job over; look at what one does before you delete it: nothing else does';
  return [{ code: 'unowned_jobs', level: 'warn', message, hint }];
}

function told({ name, labels }: JobSnapshot): string {
  const task = labels[label.taskId];
  return task === undefined ? name : `${name} (task ${task})`;
}
