import type { Change } from '../../src/replay/judge/judge.ts';
import type { Edit } from './broken-builds.ts';

export interface Breakage {
  edits: readonly Edit[];
  /** An incident that shows it, below `fixtures/incidents`. */
  shownBy: string;
  /** As which change. */
  as: Change['is'];
}

/** Ways in which a build can be wrong, each with an incident that tells. */
export const breakages: Record<string, Breakage> = {
  'deletes the Job when its process stops': {
    edits: [
      {
        file: 'run/held.ts',
        from: "draft.effects.push({ do: 'release_holder', job: facts.job })",
        to: "draft.effects.push({ do: 'delete_job', job: facts.job, reason: 'shutdown' })",
      },
    ],
    shownBy: 'k8s_run_handed_over/shutdown',
    as: 'living_job_deleted',
  },
  'takes equal lines for one': {
    edits: [
      {
        file: 'run/follow-log.ts',
        from: '    lines.push(text);',
        to: '    if (!lines.includes(text)) lines.push(text);',
      },
    ],
    shownBy: 'success/equal-lines',
    as: 'lines_lost',
  },
  'takes the end of a stream for the end of the container': {
    edits: [
      {
        file: 'run/follow-end.ts',
        from: "if (open.follow) return reconnect(follow, 'ended', view.endSeenAt === undefined ? limit.logRecheck : 0, at);",
        to: 'if (open.follow) return proven(follow, open, at);',
      },
    ],
    shownBy: 'success/stream-cut',
    as: 'lines_lost',
  },
  'takes the first pod of a list': {
    edits: [
      {
        file: 'run/held.ts',
        from: 'for (const pod of seen.answer.value.pods) takePod',
        to: 'for (const pod of seen.answer.value.pods.slice(0, 1)) takePod',
      },
    ],
    shownBy: 'success/two-pods',
    as: 'verdict',
  },
  'calls a Job gone without reading it': {
    edits: [
      {
        file: 'run/phases/settle.ts',
        from: '  driveVerify(draft);\n}\n\nexport function driveVerify',
        to: "  verified(draft, 'gone');\n}\n\nexport function driveVerify",
      },
    ],
    shownBy: 'k8s_job_state_mismatch/pod-vanished',
    as: 'verdict',
  },
  'takes exit code 0 without a result for a success': {
    edits: [
      {
        file: 'failure/verdict.ts',
        from: "exitCodeOf(evidence) === 0 ? 'claude_output_unparseable' : undefined",
        to: 'exitCodeOf(evidence) === 0 ? null : undefined',
      },
      {
        file: 'failure/verdict.ts',
        from: 'function noResult(evidence: Evidence): FailureCode | undefined',
        to: 'function noResult(evidence: Evidence): FailureCode | null | undefined',
      },
    ],
    shownBy: 'claude_output_unparseable/no-result',
    as: 'verdict',
  },
  'forgets where it was in the log': {
    edits: [
      {
        file: 'run/follow.ts',
        from: 'began: follow.window,',
        to: 'began: following ? emptyWindow : follow.window,',
      },
    ],
    shownBy: 'success/stream-cut',
    as: 'lines_doubled',
  },
  'grants no grace after the end of the output': {
    edits: [
      {
        file: 'run/phases/flow.ts',
        from: "  enter(\n    draft,\n    { name: 'grace', left, countedAt: draft.at, paused: true },",
        to: "  if (left >= 0) return conclude(draft, 'the output ended');\n  enter(\n    draft,\n    { name: 'grace', left, countedAt: draft.at, paused: true },",
      },
      { file: 'run/phases/flow.ts', from: 'import { lookUp, verify }', to: 'import { conclude, lookUp, verify }' },
    ],
    shownBy: 'cancelled/after-3-minutes-of-silence',
    as: 'verdict',
  },
  'deletes the Job when the output has ended': {
    edits: [
      {
        file: 'run/phases/flow.ts',
        from: '  const left = draft.run.request.limits.logGraceSec * 1000;',
        to: "  const left = draft.run.request.limits.logGraceSec * 1000;\n  if (draft.run.facts.job !== undefined) draft.effects.push({ do: 'delete_job', job: draft.run.facts.job, reason: 'x' });",
      },
    ],
    shownBy: 'claude_truncated/crash',
    as: 'living_job_deleted',
  },
  'calls every exit code 137 an OOM kill': {
    edits: [
      {
        file: 'failure/cause.ts',
        from: "return end?.reason === 'OOMKilled' && end.exitCode !== 143;",
        to: 'return end?.exitCode === 137;',
      },
    ],
    shownBy: 'claude_truncated/sigkill',
    as: 'verdict',
  },
};

export interface OtherWay {
  edits: readonly Edit[];
}

/** Builds that ask the cluster in another way and come to the same end. */
export const otherWays: Record<string, OtherWay> = {
  'changes nothing': { edits: [] },
  'lists where it used to watch': {
    edits: [
      {
        file: 'kubernetes/reflector.ts',
        from: '    let version = await this.begin(signal);',
        to: "    let version: string | undefined;\n    this.polling = { kind: 'forbidden', call: 'watch', status: 403, reason: undefined, message: 'x', retryAfterMs: undefined };",
      },
    ],
  },
  'reads the log with tailLines': {
    edits: [
      {
        file: 'kubernetes/log-stream.ts',
        from: "if (follow) query.set('follow', 'true');",
        to: "query.set('tailLines', '1000000');\n  if (follow) query.set('follow', 'true');",
      },
    ],
  },
  'selects by another label': {
    edits: [{ file: 'engine/perform.ts', from: 'batch.kubernetes.io/controller-uid=', to: 'controller-uid=' }],
  },
  'names its Job and the container otherwise': {
    edits: [
      {
        file: 'replay/entry.ts',
        from: 'request: { ...request, adapterVersion },',
        to: 'request: { ...request, jobName: ("other-" + request.jobName).slice(0, 60), adapterVersion },',
      },
      { file: 'manifest/place.ts', from: "agentContainer = 'claude'", to: "agentContainer = 'agent'" },
    ],
  },
};
