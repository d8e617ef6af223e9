import type { Outcome } from '../run/outcome.ts';

const diagnosisVersion = 1;

/**
 * The whole evidence of a verdict as JSON for `resultJson.diagnosis`: a new field may come, one that is there never
 * changes its meaning without a new version. The agent's own words are left out.
 */
export function diagnosisOf({ verdict, evidence, job, cursor, promptDelivered }: Outcome) {
  const { transcript, container, log } = evidence;
  const { code, cause, exitCode, signal, message, notes, ruledOut, contradictions } = verdict;
  return {
    version: diagnosisVersion,
    code,
    cause,
    exitCode,
    signal,
    message,
    notes,
    ruledOut,
    contradictions,
    runId: evidence.runId,
    namespace: evidence.namespace,
    startedAt: timeOf(evidence.startedAt),
    endedAt: timeOf(evidence.at),
    stop: evidence.stop,
    refusal: evidence.refusal,
    job: {
      name: evidence.jobName,
      uid: evidence.job?.uid,
      fate: job,
      conditions: evidence.job?.conditions,
      loss: evidence.jobLoss,
    },
    pod: evidence.pod && {
      name: evidence.pod.name,
      uid: evidence.pod.uid,
      node: evidence.pod.nodeName,
      phase: evidence.pod.phase,
      reason: evidence.pod.reason,
      message: evidence.pod.message,
      conditions: evidence.pod.conditions,
      gone: evidence.podGone,
    },
    node: evidence.node,
    // Under FallbackToLogsOnError the message is the log's tail: the agent's words.
    container: 'message' in container ? { ...container, message: undefined } : container,
    log: { ...log, lastLineAt: log.lastLineAt === undefined ? undefined : timeOf(log.lastLineAt), cursor },
    claude: {
      sessionId: transcript.sessionId,
      model: transcript.model,
      inits: transcript.inits,
      results: transcript.results,
      outstandingTasks: transcript.outstandingTasks.length,
      apiRetries: transcript.apiRetries,
      unreadableLines: transcript.unreadableLines,
    },
    events: evidence.events.map(({ reason, message: text, type, count }) => ({ reason, message: text, type, count })),
    apiFault: evidence.apiFault,
    promptDelivered,
  };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
