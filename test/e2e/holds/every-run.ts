import { labelValue } from '../../../src/manifest/label-value.ts';
import type { Outcome } from '../../../src/run/outcome.ts';
import { auditedWrites } from '../audit.ts';
import type { Started } from '../start.ts';
import { until } from '../tools.ts';
import { brokenAudit } from './audit.ts';
import { brokenCounters } from './counters.ts';
import { brokenOpenThings, brokenRemains } from './left-behind.ts';
import { brokenSpans } from './spans.ts';
import { brokenStreams } from './streams.ts';
import { brokenWrites, writesOf } from './writes.ts';

/** What the rules allow to one run only. */
export interface Allowance {
  /** Names of Jobs of others that it removes by rule. */
  removes?: readonly string[];
}

/** Everything that must hold of a run that has ended and is closed, but its lines; each sentence is one thing that does not. */
export async function brokenBy(run: Started, outcome: Outcome, { removes = [] }: Allowance = {}): Promise<string[]> {
  const { transitions, jobName, plan } = run;
  const { namespace, runId, needsSecret } = plan.request;
  const { message } = outcome.verdict;
  const writing = { jobName, needsSecret, transitions, wire: run.wire, outcome, removes };
  return [
    ...brokenSpans(run.spansBegun(), run.spans(), transitions),
    ...brokenStreams(transitions, run.wire),
    ...brokenWrites(writing),
    ...brokenOpenThings(run.atClose()),
    ...(Buffer.byteLength(message) <= 2048 && !message.includes('\n') ? [] : ['verdict: its message is too long']),
    // What follows settles a moment after the end: the API server writes its log, the kubelet stops the pod.
    ...(await settled(async () => brokenCounters(await counted(run)))),
    ...(await settled(() => {
      const audited = auditedWrites(namespace);
      return audited === undefined ? [] : brokenAudit(writesOf(run.wire), audited, jobName);
    })),
    ...(await settled(() => brokenRemains({ namespace, jobName, runLabel: labelValue(runId) ?? '' }, outcome), 90)),
  ];
}

async function counted(run: Started) {
  const root = run.spans().find(({ name }) => name === 'claude_k8s.run');
  const dropped = (what: string) => Number(root?.attributes[`claude_k8s.${what}.dropped`] ?? 0);
  return {
    scrape: await run.telemetry.registry.metrics(),
    transitions: run.transitions,
    wire: run.wire,
    watchRestarts: run.watchRestarts,
    delivered: run.delivered(),
    dropped: { spans: dropped('spans'), events: dropped('events') },
  };
}

/** Asks again until nothing is broken; what still is at the end of the time is the answer. */
export async function settled(check: () => string[] | Promise<string[]>, seconds = 15): Promise<string[]> {
  let broken: string[] = [];
  const isWhole = async () => {
    broken = await check();
    return broken.length === 0;
  };
  await until('nothing broken', isWhole, seconds).catch((error) => {
    if (broken.length === 0) throw error;
  });
  return broken;
}
