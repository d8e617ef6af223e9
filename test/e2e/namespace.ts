import { afterAll, beforeAll } from 'vitest';
import { expectAllowedWrites } from './audit.ts';
import { apply, kubectl } from './tools.ts';

/** A namespace for one file of tests, made anew and removed at its end; what was written in it must be what the rules allow. */
export function ownNamespace(name: string, labels: Record<string, string> = {}): string {
  beforeAll(async () => {
    await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=true');
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }, 120_000);
  afterAll(async () => {
    await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=false');
    await expectAllowedWrites(name);
  }, 60_000);
  return name;
}
