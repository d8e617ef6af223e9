import type { Cluster, LogHandle } from '../kubernetes/cluster.ts';
import { agentContainer } from '../manifest/place.ts';
import type { RunPlan } from '../manifest/plan.ts';
import type { Effect } from '../run/effect.ts';
import type { Observation } from '../run/observation.ts';
import type { Clock } from './clock.ts';
import type { Output } from './output.ts';

/** The one open read of the agent's log. What it brings waits for the output: a slow host slows the stream, not the memory. */
export class LogReader {
  private handle: LogHandle | undefined;
  private readonly input: { plan: RunPlan; cluster: Cluster; clock: Clock };
  private readonly output: Output;
  private readonly push: (seen: Observation) => void;

  constructor(
    input: { plan: RunPlan; cluster: Cluster; clock: Clock },
    output: Output,
    push: (seen: Observation) => void,
  ) {
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
        opened: () => this.push({ type: 'log_opened', at: clock.now(), attempt }),
        received: (bytes, lines, whole) => {
          this.push({ type: 'log_received', at: clock.now(), attempt, bytes, lines, whole });
          return this.output.settled;
        },
        ended: (how, partial, fault) => this.push({ type: 'log_ended', at: clock.now(), attempt, how, partial, fault }),
      },
    );
  }

  close(): void {
    this.handle?.close();
    this.handle = undefined;
  }
}
