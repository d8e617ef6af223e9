import type { AuditedWrite } from '../audit.ts';
import type { WireCall } from '../wire-log.ts';

/**
 * The API server noted the writes that the run made, and none of another kind: each of its requests that was answered is
 * there by its id, and each that is there and names the run's Job is a request of the run or of a later one.
 */
export function brokenAudit(writes: readonly WireCall[], audited: readonly AuditedWrite[], jobName: string): string[] {
  const byId = new Map(audited.map((write) => [write.auditId, write]));
  const known = new Set(writes.map(({ auditId }) => auditId));
  const unanswered = writes.filter(({ auditId }) => auditId === undefined);
  const missing = writes.filter(({ auditId }) => auditId !== undefined && !byId.has(auditId));
  const wrong = writes.flatMap((write) => {
    const noted = byId.get(write.auditId ?? '');
    return noted === undefined || agrees(write, noted) ? [] : [`audit: ${said(write)} is noted as ${said(noted)}`];
  });
  const strange = audited.filter(
    (noted) =>
      noted.name === jobName &&
      noted.verb !== 'patch' &&
      !known.has(noted.auditId) &&
      !unanswered.some((write) => write.verb === noted.verb && write.name === noted.name),
  );
  return [
    ...missing.map((write) => `audit: ${said(write)} was answered and is not in the audit log`),
    ...wrong,
    ...strange.map((noted) => `audit: ${said(noted)} is no request of this run`),
  ];
}

function agrees(write: WireCall, noted: AuditedWrite): boolean {
  const sameName = noted.name === undefined || noted.name === write.name;
  return noted.verb === write.verb && noted.resource === write.resource && sameName && noted.code === write.status;
}

function said({ verb, resource, name }: Pick<AuditedWrite, 'resource' | 'name'> & { verb: string }): string {
  return `${verb} ${resource} ${name ?? ''}`.trim();
}
