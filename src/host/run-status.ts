import { request } from 'undici';
import { fieldsIn, textIn } from '../claude/event.ts';

/** `going`: the host may not have written the cancel yet. `over`: the run has ended some other way. */
export type RunStatus = 'cancelled' | 'going' | 'over' | 'unknown';

/** An answer that takes longer than this is none: the question is asked again. */
const answerMs = 5_000;

/** The run's status as the host's API tells it. Never throws; whatever is no clear answer is `unknown`. */
export async function askRunStatus(apiUrl: string, runId: string, authToken: string): Promise<RunStatus> {
  const base = apiUrl.replace(/\/+$/, '').replace(/\/api$/, '');
  try {
    const response = await request(`${base}/api/heartbeat-runs/${encodeURIComponent(runId)}`, {
      headers: { authorization: `Bearer ${authToken}`, accept: 'application/json' },
      signal: AbortSignal.timeout(answerMs),
    });
    const text = await response.body.text();
    return response.statusCode === 200 ? readRunStatus(JSON.parse(text)) : 'unknown';
  } catch {
    return 'unknown';
  }
}

export function readRunStatus(body: unknown): RunStatus {
  const run = fieldsIn(body);
  const cancellation = fieldsIn(run.executionCancellation ?? fieldsIn(run.resultJson).executionCancellation);
  if (textIn(cancellation.state) === 'requested') return 'cancelled';
  switch (textIn(run.status)) {
    case 'cancelled':
    case 'cancelling':
      return 'cancelled';
    case 'running':
    case 'queued':
    case 'pending':
      return 'going';
    case 'succeeded':
    case 'failed':
    case 'completed':
    case 'timed_out':
    case 'interrupted':
      return 'over';
    default:
      return 'unknown';
  }
}
