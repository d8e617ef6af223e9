import { afterAll, beforeAll, expect } from 'vitest';
import { auditedWrites } from './audit.ts';
import { brokenHistory } from './holds/history.ts';
import { apply, kubectl, until } from './tools.ts';
import { collectWritten, type Written } from './written.ts';

/**
 * A namespace for one file of tests, made anew and removed at its end. What its agents write is collected, and the history
 * of what was written to its API must be what the rules allow.
 */
export function ownNamespace(name: string, labels: Record<string, string> = {}): string {
  let written: Written | undefined;
  beforeAll(async () => {
    await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=true');
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
    // Without it every pod is refused; its controller may be late when the API was away.
    const account = ['-n', name, 'get', 'serviceaccount', 'default', '--ignore-not-found', '-o', 'name'];
    await until('the service account of the namespace', async () => (await kubectl(...account)) !== '', 100);
    written = collectWritten(name);
  }, 240_000);
  afterAll(async () => {
    written?.stop();
    await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=false');
    expect(brokenHistory(auditedWrites(name) ?? [])).toEqual([]);
  }, 60_000);
  return name;
}
