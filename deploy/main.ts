import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rbacFiles } from './rbac.ts';

/** `npm run derive`: writes the Roles, and names what changed. */
for (const [file, text] of rbacFiles()) {
  const path = join(import.meta.dirname, 'rbac', file);
  if (textOf(path) === text) continue;
  writeFileSync(path, text);
  process.stdout.write(`deploy/rbac/${file}\n`);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
