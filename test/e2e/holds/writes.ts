import type { Outcome } from '../../../src/run/outcome.ts';
import type { Transition } from '../../../src/run/transition.ts';
import { fieldOf, type WireCall } from '../wire-log.ts';
import { type PatchKind, patchKind, preconditionOf, testedUid } from './write-bodies.ts';

export interface Writing {
  jobName: string;
  needsSecret: boolean;
  transitions: readonly Transition[];
  wire: readonly WireCall[];
  outcome: Outcome;
  /** Names of other Jobs that the run removes by rule: admissions that died on the way. */
  removes: readonly string[];
}

const isWrite = ({ verb, resource }: WireCall) =>
  verb !== 'get' && verb !== 'list' && verb !== 'watch' && verb !== 'follow' && resource !== 'selfsubjectaccessreviews';
const took = ({ status }: WireCall) => status !== undefined && status < 300;

export function writesOf(wire: readonly WireCall[]): WireCall[] {
  return wire.filter(isWrite);
}

/** Every write of a run is to its own Job and Secret, proves which one it means, and happens no more often than the rules say. */
export function brokenWrites(run: Writing): string[] {
  const own = ownJobs(run);
  const writes = writesOf(run.wire);
  return [
    ...writes.flatMap((write) => brokenTarget(run, own, write)),
    ...brokenBounds(run, writes),
    ...brokenDeletions(run, own, writes),
  ];
}

/** The uids that were ours, by name: a Job that was withdrawn may come again under its name. */
function ownJobs({ transitions }: Writing): Map<string, Set<string>> {
  const jobs = new Map<string, Set<string>>();
  for (const t of transitions) {
    if (t.type !== 'job_created' && t.type !== 'job_adopted') continue;
    jobs.set(t.job, (jobs.get(t.job) ?? new Set()).add(t.uid));
  }
  return jobs;
}

function brokenTarget(run: Writing, own: Map<string, Set<string>>, write: WireCall): string[] {
  const said = `writes: ${write.verb} ${write.resource} ${write.name} (${write.status ?? 'no answer'})`;
  const isOwn = (uid: string | undefined) => uid !== undefined && own.get(write.name ?? '')?.has(uid) === true;
  switch (`${write.verb} ${write.resource}`) {
    case 'create jobs':
      return write.name === run.jobName ? [] : [`${said}: not the name of this run's Job`];
    case 'create secrets': {
      const owners = fieldOf(fieldOf(write.body, 'metadata'), 'ownerReferences');
      const uid = Array.isArray(owners) ? fieldOf(owners[0], 'uid') : undefined;
      const owned = typeof uid === 'string' && own.get(run.jobName)?.has(uid) === true;
      if (!run.needsSecret) return [`${said}: this run has no secret`];
      return write.name === run.jobName && owned ? [] : [`${said}: not owned by this run's Job`];
    }
    case 'patch jobs': {
      if (patchKind(write.body) === undefined) return [`${said}: of no known kind: ${JSON.stringify(write.body)}`];
      // One that failed may have been an adoption that somebody else won.
      return isOwn(testedUid(write.body)) || !took(write) ? [] : [`${said}: the Job is not this run's`];
    }
    case 'delete jobs':
      if (run.removes.includes(write.name ?? '')) {
        const exact = fieldOf(fieldOf(write.body, 'preconditions'), 'resourceVersion') !== undefined;
        return exact ? [] : [`${said}: does not say which state of the Job it means`];
      }
      return isOwn(preconditionOf(write.body)) ? [] : [`${said}: the Job is not this run's`];
    default:
      return [`${said}: no rule knows it`];
  }
}

/** How often what succeeded may happen; a lost answer is asked again, and the API tells the second one no. */
function brokenBounds({ transitions, outcome, removes }: Writing, writes: readonly WireCall[]): string[] {
  const count = (type: Transition['type']) => transitions.filter((t) => t.type === type).length;
  const lost = writes.filter(({ status }) => status === undefined || status >= 500).length;
  const done = (verb: string, resource: string) =>
    writes.filter((write) => write.verb === verb && write.resource === resource && took(write)).length;
  const patched = (kind: PatchKind) =>
    writes.filter((write) => write.verb === 'patch' && took(write) && patchKind(write.body) === kind).length;
  const removed = writes
    .filter(({ verb, name }) => verb === 'delete' && removes.includes(name ?? ''))
    .filter(took).length;
  const minutes = (outcome.evidence.at - outcome.evidence.startedAt) / 60_000;
  const bounds: [string, number, number][] = [
    ['Jobs created', done('create', 'jobs'), count('job_created')],
    ['Secrets created', done('create', 'secrets'), count('job_created')],
    ['unsuspensions', patched('unsuspend'), count('job_created') + count('job_adopted')],
    ['adoptions', patched('adopt'), count('job_adopted')],
    ['signs of life', patched('renew'), Math.ceil(minutes)],
    ['releases', patched('release'), 1],
    ['conclusions', patched('conclude'), 2],
    ['Jobs of others removed', removed, removes.length],
  ];
  return bounds.flatMap(([what, is, most]) =>
    is <= most + lost ? [] : [`writes: ${is} ${what}, at most ${most} are allowed`],
  );
}

/** A Job goes when the outcome says so, once, marked before; while its agent is at work only when the run is stopped. */
function brokenDeletions(run: Writing, own: Map<string, Set<string>>, writes: readonly WireCall[]): string[] {
  const { outcome, transitions, removes } = run;
  const deletes = writes.filter(({ verb, name }) => verb === 'delete' && !removes.includes(name ?? ''));
  const done = deletes.filter(took);
  const withdrawn = transitions.filter(({ type }) => type === 'job_withdrawn').length;
  const early = transitions.some((t) => t.type === 'phase_entered' && t.phase === 'schedule') ? 0 : 1;
  const told = transitions.filter((t) => t.type === 'job_deleted' && t.route === 'own-delete').length;
  const most = outcome.job === 'deleted' ? 1 + withdrawn : withdrawn + early;
  return [
    ...(done.length <= most
      ? []
      : [`writes: ${done.length} Jobs deleted, at most ${most} are allowed (${outcome.job})`]),
    ...(told <= done.length ? [] : [`writes: ${told} deletions of our own told, ${done.length} made`]),
    ...(['retained', 'not_ours'].includes(outcome.job) && deletes.length > withdrawn
      ? [`writes: ${deletes.length} deletes of a Job that is ${outcome.job}`]
      : []),
    ...done.flatMap((write) => brokenDeletion(run, own, write, writes)),
  ];
}

function brokenDeletion(
  { transitions, outcome }: Writing,
  own: Map<string, Set<string>>,
  write: WireCall,
  writes: readonly WireCall[],
): string[] {
  if (!own.has(write.name ?? '')) return [];
  const before = (type: Transition['type'], phase?: string) =>
    transitions.some(
      (t) => t.type === type && t.at <= write.at && (phase === undefined || ('phase' in t && t.phase === phase)),
    );
  const began = before('container_started') || before('phase_entered', 'stream');
  const over = before('container_ended') || before('phase_entered', 'cancel') || outcome.evidence.podGone !== undefined;
  const unmarked =
    before('phase_entered', 'schedule') &&
    writes.some(({ verb }) => verb === 'patch') &&
    !writes.some(
      ({ verb, name, body, at }) => verb === 'patch' && name === write.name && at <= write.at && isMark(body),
    );
  return [
    ...(began && !over ? [`writes: Job ${write.name} deleted while its agent is at work`] : []),
    ...(unmarked ? [`writes: Job ${write.name} deleted without a mark that says who`] : []),
  ];
}

function isMark(body: unknown): boolean {
  return JSON.stringify(body).includes('paperclip.io~1deletion');
}
