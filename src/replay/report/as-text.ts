import { changesOf } from '../accepted.ts';
import type { Change, Differences, Judgement, Verdict } from '../judge/judge.ts';
import type { Replayed } from '../one.ts';
import type { Result } from '../run-all.ts';

/** One bundle's result for a terminal: one line when all is the same, and what differs when it is not. */
export function asText(result: Result): string {
  if (result.is !== 'replayed') {
    return result.is === 'bad_bundle' ? `bad   ${result.error}` : `fault ${result.path}: ${result.error}`;
  }
  const { replayed } = result;
  const { judgement, path, torn } = replayed;
  const { open, reasons } = changesOf(replayed);
  const { verdict } = judgement;
  if (open.length === 0) {
    return [
      `same  ${path}: ${wordsOf(verdict.came)}`,
      ...reasons.map((reason) => `      accepted: ${reason}`),
      ...traceText(replayed),
    ].join('\n');
  }
  return [
    `DIFF  ${path}`,
    ...open.map((change) => `      ${changeText(change)}`),
    ...reasons.map((reason) => `      accepted: ${reason}`),
    ...divergenceText(judgement),
    ...differences('requests', judgement.requests),
    ...differences('counters', judgement.counters),
    ...(judgement.beyondMs > 0
      ? [
          `      the verdict came ${seconds(judgement.beyondMs)} after the end of the recording, where the cluster is not known`,
        ]
      : []),
    ...(torn === undefined ? [] : [`      the bundle breaks off ${torn}`]),
    ...traceText(replayed),
    ...(verdict.message === '' ? [] : [`      it says: ${verdict.message}`]),
  ].join('\n');
}

function traceText({ traceId }: Replayed): string[] {
  return traceId === undefined ? [] : [`      trace ${traceId}`];
}

export function changeText(change: Change): string {
  switch (change.is) {
    case 'verdict':
      return `verdict: expected ${wordsOf(change.expected)}, came ${wordsOf(change.came)}`;
    case 'no_verdict':
      return `no verdict: ${change.why}`;
    case 'lines_lost':
      return `${change.lines} line(s) of output lost, without a word on it`;
    case 'lines_doubled':
      return `${change.lines} line(s) of output doubled or out of order`;
    case 'living_job_deleted':
      return `the living Job ${change.job} was deleted at ${seconds(change.at)}`;
    case 'requests':
      return `${change.call}: expected ${change.expected} times, came ${change.came} times`;
  }
}

function divergenceText({ divergence }: Judgement): string[] {
  if (divergence === undefined) return [];
  const { at, expected, came, before } = divergence;
  return [
    `      first other decision${at === undefined ? '' : ` at ${seconds(at)}`}:`,
    `        expected: ${expected ?? 'nothing more'}`,
    `        came:     ${came ?? 'nothing more'}`,
    '        before it:',
    ...before.map((line) => `          ${line}`),
  ];
}

function differences(what: string, all: Differences): string[] {
  const told = Object.entries(all).map(([name, { expected, came }]) => `${name} ${expected} -> ${came}`);
  return told.length === 0 ? [] : [`      other ${what}: ${told.join(', ')}`];
}

export function wordsOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'no verdict';
  const { code, cause, exitCode } = verdict;
  const named = code === null ? 'success' : `${code}${cause === null ? '' : ` / ${cause}`}`;
  return exitCode === null ? named : `${named} (exit code ${exitCode})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
