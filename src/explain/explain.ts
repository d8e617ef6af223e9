import { causes, describe, type FailureCode, isFailureCode } from '../failure/table.ts';
import { isJson, type Json, list, text } from '../kubernetes/json.ts';
import type { DecisionFrame, FooterFrame, Frame, HeaderFrame } from '../record/frame.ts';
import { type Fact, factsOf } from './facts.ts';
import { named, nextCommands } from './next-commands.ts';
import { type Moment, timelineOf } from './timeline.ts';

/** One recorded run, told. */
export interface Explanation {
  runId: string;
  namespace: string;
  job: string;
  build: string;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  /** The bundle has its end: without one the process went away, or the file was cut. */
  whole: boolean;
  code: FailureCode | null;
  cause: string | null;
  message: string;
  /** What was last seen of each thing that the verdict could rest on. */
  facts: readonly Fact[];
  notes: readonly string[];
  contradictions: readonly string[];
  ruledOut: readonly { cause: string; because: string }[];
  timeline: readonly Moment[];
  remedy: string | undefined;
  next: readonly string[];
}

/** @throws Error when the frames do not begin with a header. */
export function explain(frames: Iterable<Frame>): Explanation {
  let header: HeaderFrame | undefined;
  let footer: FooterFrame | undefined;
  let last = 0;
  const decisions: DecisionFrame[] = [];
  for (const frame of frames) {
    if (frame.f === 'header') header = frame;
    else last = Math.max(last, frame.t);
    if (frame.f === 'decision') decisions.push(frame);
    if (frame.f === 'footer') footer = frame;
  }
  if (header === undefined) throw new Error('the bundle has no header');
  const { request, build, startedAt } = header;
  const diagnosis: Json = isJson(footer?.diagnosis) ? footer.diagnosis : {};
  const verdict = text(diagnosis, 'code');
  const code = verdict !== undefined && isFailureCode(verdict) ? verdict : null;
  const cause = text(diagnosis, 'cause');
  const known = Object.keys(causes).find((name): name is keyof typeof causes => name === cause) ?? null;
  const job = text(diagnosis, 'job', 'name') ?? request.jobName;
  const { namespace } = request;
  const place = { namespace, job, pod: text(diagnosis, 'pod', 'name'), node: text(diagnosis, 'pod', 'node') };
  return {
    runId: request.runId,
    namespace,
    job,
    build,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: last,
    // A process that went away in mid-run may have had the time for a footer, and had no verdict.
    whole: isJson(footer?.diagnosis),
    code,
    cause: cause ?? null,
    message: text(diagnosis, 'message') ?? '',
    facts: factsOf(diagnosis),
    notes: words(diagnosis.notes),
    contradictions: words(diagnosis.contradictions),
    ruledOut: list(diagnosis, 'ruledOut').map((one) => ({
      cause: text(one, 'cause') ?? '',
      because: text(one, 'because') ?? '',
    })),
    timeline: timelineOf(decisions),
    remedy:
      known !== null && known !== 'unknown' ? causes[known].remedy : code === null ? undefined : describe(code).remedy,
    next: nextCommands(code, known, named(place)),
  };
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
