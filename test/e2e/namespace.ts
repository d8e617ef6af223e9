import { afterAll, beforeAll } from 'vitest';
import { apply, kubectl } from './tools.ts';

/** A namespace for one file of tests, made anew and removed at its end. */
export function ownNamespace(name: string, labels: Record<string, string> = {}): string {
  beforeAll(async () => {
    await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=true');
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }, 120_000);
  afterAll(async () => {
    await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=false');
  }, 60_000);
  return name;
}
