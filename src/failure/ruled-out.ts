import type { Evidence } from '../run/evidence.ts';
import type { Verdict } from '../run/outcome.ts';
import { finished, provenCauses } from './cause.ts';
import { deadlineConditions, provenEnd } from './ending.ts';
import type { Cause, FailureCode } from './table.ts';

type RuledOut = Verdict['ruledOut'][number];

/** Causes that one would think of first and that an observation refutes. A cause that the evidence supports is never among them. */
export function ruledOutBy(code: FailureCode, cause: Cause | null, evidence: Evidence): readonly RuledOut[] {
  if (!sought.has(code)) return [];
  const supported = new Set<Cause | null>([cause, ...provenCauses(evidence)]);
  return refutations.flatMap(({ of, because }) => {
    const text = supported.has(of) ? undefined : because(evidence);
    return text === undefined ? [] : [{ cause: of, because: text }];
  });
}

/** Codes whose cause has to be looked for in the cluster. */
const sought: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'claude_truncated',
  'claude_init_failed',
  'claude_exit_error',
  'claude_output_unparseable',
  'k8s_job_deleted_externally',
  'k8s_job_state_mismatch',
]);

const refutations: readonly { of: Cause; because(evidence: Evidence): string | undefined }[] = [
  { of: 'oom_killed', because: notOom },
  { of: 'evicted', because: notEvicted },
  { of: 'node_lost', because: nodeIsReady },
  { of: 'deleted_by_other', because: jobStillThere },
  { of: 'ttl_expired', because: notFinished },
  { of: 'deadline_exceeded', because: noDeadline },
  { of: 'log_gap', because: logWhole },
];

function notOom({ container }: Evidence): string | undefined {
  const end = provenEnd(container);
  if (end === undefined || end.reason === 'OOMKilled') return undefined;
  return `the runtime's reason is ${end.reason ?? 'empty'}, not OOMKilled`;
}

function notEvicted({ pod, container }: Evidence): string | undefined {
  if (pod === undefined || pod.reason !== undefined || provenEnd(container) === undefined) return undefined;
  if (pod.conditions.some((one) => one.type === 'DisruptionTarget')) return undefined;
  return 'the pod has no reason and no DisruptionTarget condition';
}

function nodeIsReady({ node, nodeSeenNotReady }: Evidence): string | undefined {
  return node?.ready === 'True' && !nodeSeenNotReady ? `node ${node.name} is Ready` : undefined;
}

function jobStillThere({ job, jobLoss, apiFault }: Evidence): string | undefined {
  if (job === undefined || jobLoss !== undefined || job.deletionAt !== undefined || apiFault !== undefined)
    return undefined;
  return 'the Job was there when it was last seen, without a deletionTimestamp';
}

function notFinished(evidence: Evidence): string | undefined {
  if (evidence.jobLoss === undefined || evidence.job === undefined || finished(evidence)) return undefined;
  return 'the Job had no finished condition when it was last seen';
}

function noDeadline({ job }: Evidence): string | undefined {
  if (job === undefined || deadlineConditions(job).length > 0) return undefined;
  if (job.activeDeadlineSeconds === undefined) return 'the Job has no activeDeadlineSeconds';
  return 'the Job has no DeadlineExceeded condition';
}

function logWhole({ log }: Evidence): string | undefined {
  return log.complete && log.gaps.length === 0 ? 'the log was read to its end without a gap' : undefined;
}
