import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

const ours = 'paperclip-adapter-claude-k8s';
/** Every kind of write that the rules know. */
const allowed = new Set(['create jobs', 'create secrets', 'patch jobs', 'delete jobs']);

/** What this product has written in a namespace, by the API server's own audit log; undefined where there is none to read. */
export async function auditedWrites(namespace: string): Promise<string[] | undefined> {
  if (process.env.CLAUDE_K8S_E2E_TOOLS === undefined) return undefined;
  const home = process.env.CLUSTER_HOME ?? '/var/lib/claude-k8s-cluster';
  const lines = (await readFile(join(home, 'log', 'audit.log'), 'utf8')).split('\n');
  return lines.flatMap((line) => {
    if (!line.includes(ours) || !line.includes(`"namespace":"${namespace}"`)) return [];
    const { verb, objectRef, userAgent } = JSON.parse(line);
    if (!String(userAgent).startsWith(ours)) return [];
    return [`${verb} ${objectRef.resource}${objectRef.subresource ? `/${objectRef.subresource}` : ''}`];
  });
}

export async function expectAllowedWrites(namespace: string): Promise<void> {
  const writes = await auditedWrites(namespace);
  if (writes === undefined) return;
  expect(writes.filter((write) => !allowed.has(write))).toEqual([]);
}
