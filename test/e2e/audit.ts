import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const ours = 'paperclip-adapter-claude-k8s';

/** One write of this product as the API server itself has noted it. */
export interface AuditedWrite {
  auditId: string;
  verb: string;
  resource: string;
  namespace: string;
  name: string | undefined;
  code: number;
  /** Of what a delete removed. */
  uid: string | undefined;
}

/** The API server's audit log from the moment of the first look on; undefined where there is none to read. */
class AuditLog {
  private readonly path = join(process.env.CLUSTER_HOME ?? '/var/lib/claude-k8s-cluster', 'log', 'audit.log');
  private offset: number | undefined;
  private rest = '';
  private readonly writes: AuditedWrite[] = [];

  read(): readonly AuditedWrite[] | undefined {
    if (process.env.CLAUDE_K8S_E2E_TOOLS === undefined || !existsSync(this.path)) return undefined;
    const file = openSync(this.path, 'r');
    const { size } = fstatSync(file);
    // A rotated log begins anew.
    const from = this.offset === undefined ? size : size < this.offset ? 0 : this.offset;
    const bytes = Buffer.alloc(size - from);
    readSync(file, bytes, 0, bytes.length, from);
    closeSync(file);
    this.offset = size;
    const lines = (this.rest + bytes.toString('utf8')).split('\n');
    this.rest = lines.pop() ?? '';
    this.writes.push(...lines.filter((line) => line.includes(ours)).flatMap(readWrite));
    return this.writes;
  }
}

function readWrite(line: string): AuditedWrite[] {
  const { auditID, verb, objectRef, userAgent, responseStatus } = JSON.parse(line);
  if (!String(userAgent).startsWith(ours)) return [];
  const { resource, subresource, namespace, name } = objectRef;
  return [
    {
      auditId: auditID,
      verb,
      resource: subresource ? `${resource}/${subresource}` : resource,
      namespace,
      name,
      code: responseStatus.code,
      uid: responseStatus.details?.uid,
    },
  ];
}

const log = new AuditLog();
log.read();

export function auditedWrites(namespace: string): AuditedWrite[] | undefined {
  return log.read()?.filter((write) => write.namespace === namespace);
}
