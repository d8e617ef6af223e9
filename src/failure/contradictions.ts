import type { Evidence } from '../run/evidence.ts';
import { disruption, exitCodeOf, provenEnd } from './ending.ts';

/** Observations that cannot all be taken at their word. They are kept and named, whatever the verdict. */
export function contradictionsIn(evidence: Evidence): readonly string[] {
  return rules.map((rule) => rule(evidence)).filter((text) => text !== undefined);
}

const rules: readonly ((evidence: Evidence) => string | undefined)[] = [
  oomWithOtherExit,
  successfulPodDisrupted,
  resultAgainstExit,
  errorWithCleanExit,
  cleanExitWithoutResult,
  cleanExitWithTasks,
  jobAgainstContainer,
  outputOfNothing,
];

function oomWithOtherExit(evidence: Evidence): string | undefined {
  const end = provenEnd(evidence.container);
  if (end?.reason !== 'OOMKilled' || end.exitCode === 137) return undefined;
  return `the runtime says OOMKilled, but the exit code is ${end.exitCode}, not 137`;
}

function successfulPodDisrupted(evidence: Evidence): string | undefined {
  const { pod } = evidence;
  if (pod?.phase !== 'Succeeded') return undefined;
  if (pod.reason !== undefined) return `the pod has phase Succeeded and the reason ${pod.reason}`;
  const condition = disruption(evidence);
  return condition === undefined
    ? undefined
    : `the pod has phase Succeeded and the condition DisruptionTarget (${condition.reason ?? 'no reason'})`;
}

function resultAgainstExit(evidence: Evidence): string | undefined {
  const { result } = evidence.transcript;
  const code = exitCodeOf(evidence);
  if (result === undefined || result.isError || result.subtype !== 'success' || code === null || code === 0) return;
  return `the result says success, but the exit code is ${code}`;
}

function errorWithCleanExit(evidence: Evidence): string | undefined {
  const { result } = evidence.transcript;
  if (result === undefined || exitCodeOf(evidence) !== 0) return undefined;
  if (!result.isError && result.subtype === 'success') return undefined;
  return `the result says ${result.subtype === 'success' ? 'is_error' : result.subtype}, but the exit code is 0`;
}

function cleanExitWithoutResult(evidence: Evidence): string | undefined {
  if (evidence.transcript.result !== undefined || exitCodeOf(evidence) !== 0) return undefined;
  return 'the exit code is 0, but there is no result';
}

function cleanExitWithTasks(evidence: Evidence): string | undefined {
  const { result, outstandingTasks } = evidence.transcript;
  if (result === undefined || outstandingTasks.length === 0 || exitCodeOf(evidence) !== 0) return undefined;
  return `the exit code is 0, but ${outstandingTasks.length} background task(s) were outstanding`;
}

function jobAgainstContainer(evidence: Evidence): string | undefined {
  const code = exitCodeOf(evidence);
  const condition = evidence.job?.conditions.find(
    (one) => one.status === 'True' && (one.type === 'Complete' || one.type === 'Failed'),
  );
  if (code === null || condition === undefined) return undefined;
  if (condition.type === 'Complete' && code !== 0) return `the Job is Complete, but the exit code is ${code}`;
  if (condition.type === 'Complete' || code !== 0) return undefined;
  return `the Job is Failed (${condition.reason ?? 'no reason'}), but the exit code is 0`;
}

function outputOfNothing(evidence: Evidence): string | undefined {
  if (evidence.container.known !== 'never_started' || evidence.transcript.lines === 0) return undefined;
  return `the container is not known to have started, but it printed ${evidence.transcript.lines} line(s)`;
}
