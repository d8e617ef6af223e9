import { until } from '../tools.ts';
import type { Paperclip } from './server.ts';

export interface Run {
  id: string;
  status: string;
  errorCode: string | null;
  error: string | null;
  exitCode: number | null;
  sessionIdAfter: string | null;
  usageJson: Record<string, unknown> | null;
  resultJson: Record<string, Record<string, unknown> | undefined> | null;
  createdAt: string;
}

export interface Check {
  code: string;
  level: 'info' | 'warn' | 'error';
  message: string;
  hint?: string;
}

const over = new Set(['succeeded', 'failed', 'cancelled', 'timed_out', 'interrupted']);

/** What a person does at the board, through the server's API. */
export class Board {
  private readonly paperclip: Paperclip;
  private readonly company: string;

  private constructor(paperclip: Paperclip, company: string) {
    this.paperclip = paperclip;
    this.company = company;
  }

  static async open(paperclip: Paperclip): Promise<Board> {
    const { id } = await paperclip.api<{ id: string }>('POST', '/companies', { name: 'Acme' });
    return new Board(paperclip, id);
  }

  async check(adapterConfig: unknown): Promise<{ status: string; checks: Check[] }> {
    return this.paperclip.api('POST', `/companies/${this.company}/adapters/claude_k8s/test-environment`, {
      adapterConfig,
    });
  }

  models(): Promise<unknown> {
    return this.paperclip.api('GET', `/companies/${this.company}/adapters/claude_k8s/models`);
  }

  async agent(name: string, adapterConfig: unknown): Promise<string> {
    const body = { name, role: 'engineer', adapterType: 'claude_k8s', adapterConfig };
    return (await this.paperclip.api<{ id: string }>('POST', `/companies/${this.company}/agents`, body)).id;
  }

  /** An issue for the agent, which wakes it. Of two with one title the host takes the second for a duplicate. */
  async issue(agent: string): Promise<string> {
    const body = { title: `Say hello, ${agent}`, description: 'Do it.', status: 'todo', assigneeAgentId: agent };
    return (await this.paperclip.api<{ id: string }>('POST', `/companies/${this.company}/issues`, body)).id;
  }

  async comment(issue: string, body: string): Promise<void> {
    await this.paperclip.api('POST', `/issues/${issue}/comments`, { body });
  }

  /**
   * The next run of an issue whose run broke off. What a person asks for may come to nothing, because the host itself still
   * tidies up after that run; a person asks again.
   */
  async goneOn(issue: string, agent: string, after: string): Promise<string> {
    const next = async () => (await this.runs(agent)).find(({ id }) => id !== after)?.id;
    for (let asked = 1; asked < 4; asked++) {
      await this.goOn(issue, agent);
      const run = await until('the next run', next, 35).catch(() => undefined);
      if (run !== undefined) return run;
    }
    const state = await this.paperclip.api<Record<string, unknown>>('GET', `/issues/${issue}`);
    throw new Error(`the issue does not go on: ${JSON.stringify(state).slice(0, 4_000)}`);
  }

  /** Says that it may go on, where the host asks, or wakes its agent. */
  private async goOn(issue: string, agent: string): Promise<void> {
    type Issue = { executionBlocker?: { recoveryActionId: string; runId: string } | null };
    const { executionBlocker: blocker } = await this.paperclip.api<Issue>('GET', `/issues/${issue}`);
    if (!blocker) {
      await this.paperclip.api('POST', `/agents/${agent}/wakeup`, { source: 'on_demand', payload: { issueId: issue } });
      return;
    }
    const outcomeEvidence = 'The Job of the run lives on, and the next run takes it over.';
    await this.paperclip.api('POST', `/issues/${issue}/recovery-actions/resolve`, {
      actionId: blocker.recoveryActionId,
      outcome: 'restored',
      sourceIssueStatus: 'todo',
      executionReconciliation: { runId: blocker.runId, providerStopped: true, actionOutcome: 'mixed', outcomeEvidence },
    });
  }

  /** No more runs of this agent begin by themselves. */
  async pause(agent: string): Promise<void> {
    await this.paperclip.api('POST', `/agents/${agent}/pause`, {});
  }

  async resume(agent: string): Promise<void> {
    await this.paperclip.api('POST', `/agents/${agent}/resume`, {});
  }

  cancel(run: string): Promise<unknown> {
    return this.paperclip.api('POST', `/heartbeat-runs/${run}/cancel`, {});
  }

  /** Oldest first. */
  async runs(agent: string): Promise<Run[]> {
    const runs = await this.paperclip.api<Run[]>('GET', `/companies/${this.company}/heartbeat-runs?agentId=${agent}`);
    return runs.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
  }

  run(id: string): Promise<Run> {
    return this.paperclip.api('GET', `/heartbeat-runs/${id}`);
  }

  /** The run of the agent that comes in the order of its runs, as soon as there is one. */
  nth(agent: string, index: number): Promise<Run> {
    return until(`run ${index + 1} of the agent`, async () => (await this.runs(agent))[index], 60);
  }

  ended(id: string, seconds = 120): Promise<Run> {
    return until(
      `the end of run ${id}`,
      async () => {
        const run = await this.run(id);
        return over.has(run.status) ? run : undefined;
      },
      seconds,
    );
  }

  /** Everything of standard output, whole. */
  async log(run: string): Promise<string> {
    let text = '';
    for (let offset = 0; ; ) {
      const path = `/heartbeat-runs/${run}/log?offset=${offset}&limitBytes=1000000`;
      // There is none until the run has said something.
      const none = (error: Error) => {
        if (!error.message.includes('Run log not found')) throw error;
        return { content: '' };
      };
      const part = await this.paperclip.api<{ content: string; nextOffset?: number }>('GET', path).catch(none);
      text += part.content;
      if (!('nextOffset' in part) || part.nextOffset === undefined) break;
      offset = part.nextOffset;
    }
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { stream: string; chunk: string })
      .filter(({ stream }) => stream === 'stdout')
      .map(({ chunk }) => chunk)
      .join('');
  }

  /** Where a browser sees the run. */
  async pageOf(agent: string, run: string): Promise<string> {
    const { issuePrefix } = await this.paperclip.api<{ issuePrefix: string }>('GET', `/companies/${this.company}`);
    return this.paperclip.page(`/${issuePrefix}/agents/${agent}/runs/${run}`);
  }

  async events(run: string): Promise<string[]> {
    const events = await this.paperclip.api<{ eventType: string }[]>('GET', `/heartbeat-runs/${run}/events`);
    return events.map(({ eventType }) => eventType);
  }
}

/** The agent's own lines. */
export function agentLines(log: string): string[] {
  return log.split('\n').filter((line) => line !== '' && !line.startsWith('[paperclip] '));
}
