import { Worker } from 'node:worker_threads';

/** No timer: the thread has nothing else to do. */
const watch = `
const { parent, graceMs } = require('node:worker_threads').workerData;
const nothing = new Int32Array(new SharedArrayBuffer(4));
while (process.ppid === parent) Atomics.wait(nothing, 0, 0, 500);
Atomics.wait(nothing, 0, 0, graceMs);
process.kill(process.pid, 'SIGKILL');
`;

/**
 * Ends this process when the one that began it has been gone for so long. A build that spins lets its own process hear of
 * nothing, so another thread looks.
 */
export function outliveParentBy(graceMs: number): void {
  new Worker(watch, { eval: true, execArgv: [], workerData: { parent: process.ppid, graceMs } }).unref();
}
