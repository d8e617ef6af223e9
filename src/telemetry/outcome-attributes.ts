import type { Evidence } from '../run/evidence.ts';
import type { Outcome } from '../run/outcome.ts';
import type { AttributeValues } from './attributes.ts';

/** What the root span says of a run's end: the verdict and the evidence it rests on, without any text of the agent's. */
export function outcomeAttributes(outcome: Outcome): AttributeValues {
  const { verdict, evidence } = outcome;
  return {
    'claude_k8s.verdict': verdict.code ?? 'success',
    'claude_k8s.cause': verdict.cause ?? undefined,
    'claude_k8s.handed_over': verdict.code === 'k8s_run_handed_over' ? true : undefined,
    'claude_k8s.exit_code': verdict.exitCode ?? undefined,
    'claude_k8s.signal': verdict.signal ?? undefined,
    'claude_k8s.notes': some(verdict.notes),
    'claude_k8s.contradictions': some(verdict.contradictions),
    'claude_k8s.ruled_out': some(verdict.ruledOut.map(({ cause, because }) => `${cause}: ${because}`)),
    'claude_k8s.job.fate': outcome.job,
    'claude_k8s.prompt.delivered': outcome.promptDelivered ? undefined : false,
    ...clusterAttributes(evidence),
    ...claudeAttributes(outcome),
    ...logAttributes(evidence),
  };
}

function clusterAttributes({ container, job, jobLoss, pod }: Evidence): AttributeValues {
  const conditions = job?.conditions.filter(({ status }) => status === 'True') ?? [];
  return {
    'claude_k8s.container.state': container.known,
    'container.image.name': pod?.agent?.image || undefined,
    'claude_k8s.container.reason': container.known === 'terminated' ? container.reason : undefined,
    'claude_k8s.job.conditions': some(conditions.map(({ type, reason }) => (reason ? `${type}/${reason}` : type))),
    'claude_k8s.job.deleted_by': jobLoss?.by,
    'claude_k8s.route': jobLoss?.route,
    'claude_k8s.pod.reason': pod?.reason,
    'claude_k8s.pod.disruption': pod?.conditions.find(
      ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
    )?.reason,
  };
}

function claudeAttributes({ result, evidence }: Outcome): AttributeValues {
  return {
    'claude_k8s.claude.model': evidence.transcript.model ?? evidence.model,
    'claude_k8s.claude.session.id': result?.sessionId ?? evidence.transcript.sessionId,
    'claude_k8s.claude.turns': result?.numTurns,
    'claude_k8s.claude.cost_usd': result?.costUsd,
  };
}

function logAttributes({ log }: Evidence): AttributeValues {
  return {
    'claude_k8s.log.lines': log.lines,
    'claude_k8s.log.bytes': log.bytes,
    'claude_k8s.log.duplicates': log.duplicates,
    'claude_k8s.log.attempts': log.attempts,
    'claude_k8s.log.gaps': log.gaps.length,
    'claude_k8s.log.complete': log.complete,
  };
}

function some(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}
