import type { Cluster, LogHandle } from '../kubernetes/cluster.ts';
import { agentContainer } from '../manifest/place.ts';
import type { RunPlan } from '../manifest/plan.ts';
import type { Effect } from '../run/effect.ts';
import type { Observation } from '../run/observation.ts';
import type { Clock } from './clock.ts';
import type { Output } from './output.ts';

/** What it returns is to be waited for before more of the log comes. */
type Push = (seen: Observation) => Promise<void> | undefined;

/** The one open read of the agent's log. What it brings waits for the output: a slow host slows the stream, not the memory. */
export class LogReader {
  private handle: LogHandle | undefined;
  private readonly input: { plan: RunPlan; cluster: Cluster; clock: Clock };
  private readonly output: Output;
  private readonly push: Push;

  constructor(input: { plan: RunPlan; cluster: Cluster; clock: Clock }, output: Output, push: Push) {
    this.input = input;
    this.output = output;
    this.push = push;
  }

  open({ attempt, pod, since, follow }: Extract<Effect, { do: 'open_log' }>): void {
    this.close();
    const { plan, cluster, clock } = this.input;
    const { namespace } = plan.request;
    this.handle = cluster.openLog(
      { namespace, pod, container: agentContainer, follow, since },
      {
        opened: () => void this.push({ type: 'log_opened', at: clock.now(), attempt }),
        received: (bytes, lines, whole) => {
          const taken = this.push({ type: 'log_received', at: clock.now(), attempt, bytes, lines, whole });
          return taken === undefined ? this.output.room : taken.then(() => this.output.room);
        },
        ended: (how, partial, fault) =>
          void this.push({ type: 'log_ended', at: clock.now(), attempt, how, partial, fault }),
      },
    );
  }

  close(): void {
    this.handle?.close();
    this.handle = undefined;
  }
}
