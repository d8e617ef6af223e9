import { fields, type Json, list, text } from '../kubernetes/json.ts';
import type { Kept } from './kept.ts';

/** One run as the shared reads see it. */
export interface Member {
  namespace: string;
  jobName: string;
  jobUid: string | undefined;
  /** Versions of its objects that it has, by uid. */
  has: Map<string, string>;
  pin(kept: Kept): void;
}

/** Its Job by name or uid, its pods by either. Another run's objects are none of its business. */
export function belongsTo(member: Member, resource: string, object: Json): boolean {
  const { jobName, jobUid } = member;
  const labels = fields(object, 'metadata', 'labels') ?? {};
  const owners = list(object, 'metadata', 'ownerReferences');
  const [name, uid] =
    resource === 'jobs'
      ? [text(object, 'metadata', 'name'), text(object, 'metadata', 'uid')]
      : [
          labels['batch.kubernetes.io/job-name'] ?? labels['job-name'],
          labels['batch.kubernetes.io/controller-uid'] ?? text(owners[0], 'uid'),
        ];
  // A Job of the same name may have been made again.
  return jobUid === undefined ? name === jobName : uid === jobUid;
}

export function versionOf(object: Json): string {
  return text(object, 'metadata', 'resourceVersion') ?? '';
}

export function uidOf(object: Json): string {
  return text(object, 'metadata', 'uid') ?? '';
}

/** More than this of what is known is not kept for runs that come later. */
const keptBytes = 16 * 1024 * 1024;

/** The latest word on every object of a shared read, for a run that comes when the reflector knows it already. */
export class LatestObjects {
  private readonly objects = new Map<string, { object: Json; line: Buffer; at: number }>();
  private bytes = 0;

  see(object: Json, line: Buffer, at: number): void {
    this.forget(object);
    if (this.bytes + line.length > keptBytes) return;
    this.bytes += line.length;
    this.objects.set(uidOf(object), { object, line, at });
  }

  forget(object: Json): void {
    const before = this.objects.get(uidOf(object));
    this.bytes -= before?.line.length ?? 0;
    this.objects.delete(uidOf(object));
  }

  clear(): void {
    this.objects.clear();
    this.bytes = 0;
  }

  /** What the member has not been given yet, as events of the request `id`. */
  give(member: Member, resource: string, id: number): void {
    for (const { object, line, at } of this.objects.values()) {
      if (!belongsTo(member, resource, object) || member.has.get(uidOf(object)) === versionOf(object)) continue;
      member.has.set(uidOf(object), versionOf(object));
      member.pin({ f: 'chunk', at, id, bytes: line });
    }
  }
}
