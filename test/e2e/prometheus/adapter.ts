import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Task } from './process.ts';

/** The running process of the adapter: one task at a time. */
export class Adapter {
  private readonly child: ChildProcess;
  /** `host:port` of its metrics. */
  readonly target: string;

  private constructor(child: ChildProcess, target: string) {
    this.child = child;
    this.target = target;
  }

  static async start(): Promise<Adapter> {
    const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), { serialization: 'advanced' });
    const [{ url }] = await once(child, 'message');
    return new Adapter(child, new URL(url).host);
  }

  async do(task: Task): Promise<Answer> {
    this.child.send(task);
    const [answer]: Answer[] = await once(this.child, 'message');
    if (answer?.error !== undefined) throw new Error(`${JSON.stringify(task)}: ${answer.error}`);
    return answer ?? {};
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
