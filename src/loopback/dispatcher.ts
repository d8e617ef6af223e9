import { Dispatcher } from 'undici';
import type { Clock } from '../engine/clock.ts';
import type { Asked } from './api-request.ts';
import type { ClusterApi } from './cluster-api.ts';
import { DispatchReply } from './dispatch-reply.ts';

export interface DispatcherInput {
  api: ClusterApi;
  clock: Clock;
  /** ms until a request is answered. */
  latencyOf?: (asked: Asked) => number;
  /** Called for everything that happens on the way: who waits for quiet knows that it is not quiet. */
  stirred?: () => void;
}

/** The way to a cluster in memory for a client on undici, without a socket: the client's own code is all there but the parser. */
export class LoopbackDispatcher extends Dispatcher {
  private readonly input: DispatcherInput;
  private readonly open = new Set<DispatchReply>();
  private gone = false;

  constructor(input: DispatcherInput) {
    super();
    this.input = input;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { api, clock, latencyOf = () => 0, stirred = () => {} } = this.input;
    // A process that is no more gets no answer, and no end either.
    if (this.gone) return true;
    const asked = askedBy(options);
    const reply = new DispatchReply(handler, stirred);
    this.open.add(reply);
    reply.onClose(() => this.open.delete(reply));
    stirred();
    const cancel = clock.at(clock.now() + latencyOf(asked), () => {
      stirred();
      if (!reply.isOver) api.serve(asked, reply);
    });
    reply.onClose(cancel);
    return true;
  }

  /** As when the process of the client is killed. */
  vanish(): void {
    this.gone = true;
    for (const reply of [...this.open]) reply.vanish();
  }

  override async close(): Promise<void> {
    await this.destroy();
  }

  override async destroy(): Promise<void> {
    for (const reply of [...this.open]) reply.cut('reset');
  }
}

function askedBy({ method, path, headers, body }: Dispatcher.DispatchOptions): Asked {
  const given = headers !== null && typeof headers === 'object' && !Array.isArray(headers) ? headers : {};
  const named = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]);
  return { method, url: path, headers: Object.fromEntries(named), body: typeof body === 'string' ? body : '' };
}
