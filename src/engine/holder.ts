import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Holder } from '../run/snapshot.ts';

/** This process, as others see it on the Jobs that it holds. `self` is our own pod, where there is one. */
export function currentHolder(self: { namespace: string; name: string } | undefined): Holder {
  return { host: hostname(), pod: self?.name, podNamespace: self?.namespace, bootId: randomUUID(), pid: process.pid };
}

/** Whether a process of this machine or pod is there. One that we may not signal is. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
