import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../engine/clock.ts';
import { kubeconfigFor } from '../../loopback/kubeconfig.ts';
import { startLoopback } from '../../loopback/server.ts';
import { agentLines, countOf, type Played } from '../played.ts';
import { callOf } from '../world/faults.ts';
import { openWorld } from '../world/world.ts';
import { type ForeignAdapter, hostRun, readResult } from './host-run.ts';
import { movedTo, type Recording } from './moved.ts';
import { scaledClock } from './scaled-clock.ts';

/** So long after the end of the recording a verdict is waited for; real time, at whatever speed. */
const patienceMs = 120_000;
/** A host that is told to end takes so long, and hears nothing more of its runs. */
const hostExitMs = 7_000;
/** What the host says when somebody presses cancel. */
const cancelled = 'Cancelled by a board operator';

export interface ForeignInput extends Recording {
  adapter: ForeignAdapter;
  /** Package and version. */
  name: string;
  /** Recorded seconds in a second. */
  speed: number;
}

type End = { result: unknown } | { fault: unknown } | { never: string } | { is: 'host_ended' };

/**
 * Lets an adapter that knows nothing of replay live through a recording: in real time, over sockets, called as the host calls
 * it. Never throws for what the adapter does.
 */
export async function playForeign({ adapter, name, speed, ...recording }: ForeignInput): Promise<Played> {
  const { startedAt } = recording.history;
  const { history, own } = movedTo(recording, startedAt + wholeSeconds(systemClock.now() - startedAt));
  const clock = scaledClock(history.startedAt, speed);
  const api = await startLoopback(clock);
  const folder = await mkdtemp(join(tmpdir(), 'claude-k8s-foreign-'));
  try {
    const world = openWorld({ history, own, clock, api });
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigFor(api.url, history.request.namespace).exportConfig(), { mode: 0o600 });
    process.env.KUBECONFIG = kubeconfig;
    const abort = new AbortController();
    const output: string[] = [];
    const hostEnds = new Promise<End>((resolve) => {
      world.told((what) => {
        if (what === 'cancel') return abort.abort(new Error(cancelled));
        process.emit('SIGTERM', 'SIGTERM');
        systemClock.at(systemClock.now() + hostExitMs, () => resolve({ is: 'host_ended' }));
      });
    });
    const log = (text: string) => output.push(text);
    const ctx = hostRun({ request: history.request, kubeconfig, signal: abort.signal, log });
    const end = await Promise.race([hostEnds, endOf(adapter, ctx, clock, history.endedAt + patienceMs * speed)]);
    const endedAt = clock.now();
    return {
      build: name,
      ...wordsOf(end),
      steps: [],
      lines: agentLines(output.join('')),
      requests: countOf(api.requests.map(callOf)),
      deletions: world.deletions.all,
      said: world.said(),
      metrics: '',
      tookMs: endedAt - history.startedAt,
      beyondMs: Math.max(0, endedAt - history.endedAt),
    };
  } finally {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function endOf(adapter: ForeignAdapter, ctx: unknown, clock: Clock, until: number): Promise<End> {
  return new Promise((resolve) => {
    const late = () => resolve({ never: `no verdict ${patienceMs / 1000} s after the recording` });
    const cancel = clock.at(until, late);
    Promise.resolve()
      .then(() => adapter.execute(ctx))
      .then(
        (result) => resolve({ result }),
        (fault) => resolve({ fault }),
      )
      .finally(cancel);
  });
}

function wordsOf(end: End): Pick<Played, 'ended' | 'why' | 'diagnosis' | 'tells'> {
  if ('result' in end) return { ended: 'verdict', why: undefined, ...readResult(end.result) };
  // Its run goes on in the next process; nobody heard a verdict.
  if ('is' in end) return { ended: 'verdict', why: undefined, diagnosis: { code: 'k8s_run_handed_over' }, tells: [] };
  const why = 'never' in end ? end.never : end.fault instanceof Error ? end.fault.stack : String(end.fault);
  return { ended: 'never' in end ? 'never' : 'fault', why, diagnosis: {}, tells: [] };
}

function wholeSeconds(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}
