import { createHash } from 'node:crypto';

/** The Job's name, the same for every try of one run: `ac-<agent>-<run>-<hash>`, a DNS label of at most 63 characters. */
export function jobName(agentId: string, runId: string): string {
  const hash = createHash('sha256').update(`${agentId}\n${runId}`).digest('hex').slice(0, 8);
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
