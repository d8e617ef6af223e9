import type { Subscriber } from '../../src/kubernetes/cluster.ts';
import type { ApiFault } from '../../src/run/answer.ts';

/** What a reflector told, in order: `seen a`, `gone a watch-deleted`, `degraded unreachable`, `recovered`. */
export class Told implements Subscriber<{ name: string; uid: string; resourceVersion: string }> {
  readonly all: string[] = [];
  readonly versions: string[] = [];
  readonly faults: ApiFault[] = [];
  readonly prefix: string;
  whenSeen: (name: string) => void = () => undefined;

  constructor(prefix = '') {
    this.prefix = prefix;
  }

  matches({ name }: { name: string }): boolean {
    return name.startsWith(this.prefix);
  }

  seen({ name, resourceVersion }: { name: string; resourceVersion: string }): void {
    this.all.push(`seen ${name}`);
    this.versions.push(resourceVersion);
    this.whenSeen(name);
  }

  gone(uid: string, last: { name: string; uid: string } | undefined, route: string): void {
    this.all.push(`gone ${last?.uid === uid ? last.name : uid} ${route}`);
  }

  degraded(fault: ApiFault): void {
    this.faults.push(fault);
    this.all.push(`degraded ${fault.kind}`);
  }

  recovered(): void {
    this.all.push('recovered');
  }
}
