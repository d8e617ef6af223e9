import { createHash } from 'node:crypto';

/**
 * The Job's name, the same for every try to create it: `ac-<agent>-<run>-<hash>`, a DNS label of at most 63 characters.
 * @param job which one of the run: the first, or the second of a run that had to begin again
 */
export function jobName(agentId: string, runId: string, job: 1 | 2 = 1): string {
  const of = job === 1 ? `${agentId}\n${runId}` : `${agentId}\n${runId}\n${job}`;
  const hash = createHash('sha256').update(of).digest('hex').slice(0, 8);
  return ['ac', dnsPart(agentId, 24), dnsPart(runId, 24), hash].filter(Boolean).join('-');
}

function dnsPart(text: string, length: number): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, length)
    .replace(/-+$/, '');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
