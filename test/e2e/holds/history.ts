import type { AuditedWrite } from '../audit.ts';

/** Every kind of write that the rules know. */
const allowed = new Set(['create jobs', 'create secrets', 'patch jobs', 'delete jobs']);

/**
 * All that this product wrote in a namespace, whoever's run it was: only Jobs and Secrets, a Secret only beside a Job of
 * its name, and no object deleted twice.
 */
export function brokenHistory(writes: readonly AuditedWrite[]): string[] {
  const jobs = new Set<string | undefined>();
  const deleted = new Set<string>();
  return writes.flatMap(({ verb, resource, name, code, uid }) => {
    const said = `audit: ${verb} ${resource} ${name ?? ''} (${code})`;
    if (!allowed.has(`${verb} ${resource}`)) return [`${said}: no rule allows it`];
    if (code >= 300) return [];
    if (verb === 'create' && resource === 'jobs') jobs.add(name);
    if (resource === 'secrets' && !jobs.has(name)) return [`${said}: beside no Job`];
    if (verb !== 'delete' || uid === undefined) return [];
    const twice = deleted.has(uid);
    deleted.add(uid);
    return twice ? [`${said}: deleted twice`] : [];
  });
}
