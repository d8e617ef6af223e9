import type { HostEvent } from '../../src/host/context.ts';

export interface Heard {
  log: string;
  meta: Readonly<Record<string, unknown>>[];
  events: HostEvent[];
  progress: { phase: string; message: string }[];
  /** Names of the callbacks in the order of their calls, each once. */
  calls: string[];
}

/** A context as the host makes one, with everything it hears kept. */
export function contextOf(over: Record<string, unknown> = {}) {
  const heard: Heard = { log: '', meta: [], events: [], progress: [], calls: [] };
  const note = (name: string) => {
    if (!heard.calls.includes(name)) heard.calls.push(name);
  };
  const ctx = {
    runId: 'run-1',
    agent: {
      id: 'agent-1',
      name: 'Scout',
      companyId: 'company-1',
      adapterConfig: { env: { KEY: 'secret-in-config' } },
    },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: 'task-key' },
    config: { namespace: 'agents', image: 'agent:1' },
    context: { issueId: 'issue-1', paperclipTaskMarkdown: '# The task' },
    async onLog(_stream: string, chunk: string) {
      note('log');
      heard.log += chunk;
    },
    async onMeta(meta: Readonly<Record<string, unknown>>) {
      note('meta');
      heard.meta.push(meta);
    },
    async onEvent(event: HostEvent) {
      note('event');
      heard.events.push(event);
    },
    onRuntimeProgress(update: { phase: string; message: string }) {
      note('progress');
      heard.progress.push(update);
    },
    onDispatch: () => note('dispatch'),
    onCancellationReady: async () => note('cancellationReady'),
    ...over,
  };
  return { ctx, heard };
}
