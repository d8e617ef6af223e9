import { fields, isJson, type Json, list, number, text } from '../kubernetes/json.ts';

/** One thing that the verdict could rest on, as it was last seen. */
export interface Fact {
  about: string;
  says: string;
}

const eventsMax = 12;

/** The evidence of a diagnosis in words, most telling first; what was never seen is left out. */
export function factsOf(diagnosis: Json): Fact[] {
  const told: readonly (Fact | undefined)[] = [
    fact('Container', containerOf(diagnosis)),
    fact('Pod', podOf(fields(diagnosis, 'pod'))),
    fact('Node', nodeOf(fields(diagnosis, 'node'))),
    fact('Job', jobOf(fields(diagnosis, 'job'))),
    fact('Stopped by us', stopOf(fields(diagnosis, 'stop'))),
    fact('Refused', text(diagnosis, 'refusal', 'detail')),
    fact('Log', logOf(fields(diagnosis, 'log'))),
    fact('Claude', claudeOf(fields(diagnosis, 'claude'))),
    fact('Last API error', faultOf(fields(diagnosis, 'apiFault'))),
    ...eventsOf(diagnosis).map((says) => fact('Event', says)),
  ];
  return told.filter((one) => one !== undefined);
}

function fact(about: string, says: string | undefined): Fact | undefined {
  return says === undefined || says === '' ? undefined : { about, says };
}

function joined(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').join(', ');
}

function containerOf(diagnosis: Json): string | undefined {
  const container = fields(diagnosis, 'container');
  const known = text(container, 'known');
  if (known === undefined) return undefined;
  if (known !== 'terminated') return known.replaceAll('_', ' ');
  const [from, to] = [number(container, 'startedAt'), number(container, 'finishedAt')];
  return joined(
    `exit code ${number(container, 'exitCode') ?? 'unknown'}`,
    text(diagnosis, 'signal'),
    text(container, 'reason') && `reason ${text(container, 'reason')}`,
    from !== undefined && to !== undefined && `it ran for ${Math.round((to - from) / 1000)} s`,
    container?.guess === true && 'only a guess of the kubelet',
  );
}

function podOf(pod: Json | undefined): string | undefined {
  if (pod === undefined) return undefined;
  const telling = conditionsOf(pod).filter(
    (one) => /^(DisruptionTarget True|PodScheduled False)/.test(one) || /^Ready Unknown/.test(one),
  );
  return joined(
    text(pod, 'name'),
    text(pod, 'node') && `on node ${text(pod, 'node')}`,
    text(pod, 'phase') && `phase ${text(pod, 'phase')}`,
    text(pod, 'reason') && `reason ${text(pod, 'reason')}`,
    text(pod, 'message'),
    ...telling,
    text(pod, 'gone') && `gone (${text(pod, 'gone')})`,
  );
}

function nodeOf(node: Json | undefined): string | undefined {
  if (node === undefined) return undefined;
  return joined(text(node, 'name'), text(node, 'ready') && `Ready ${text(node, 'ready')}`);
}

function jobOf(job: Json | undefined): string | undefined {
  if (job === undefined) return undefined;
  const loss = fields(job, 'loss');
  return joined(
    text(job, 'name'),
    ...conditionsOf(job),
    loss && `deleted by ${text(loss, 'by')?.replaceAll('_', ' ')} (${text(loss, 'route')})`,
    loss?.containerEndedBefore === false && 'before its container was known to have ended',
    fateOf(text(job, 'fate')),
  );
}

function fateOf(fate: string | undefined): string | undefined {
  return fate === undefined || fate === 'none' ? undefined : `${fate.replaceAll('_', ' ')} when the run was over`;
}

/** An interim condition says nothing beside the final one that it became. */
function conditionsOf(object: Json): string[] {
  const all = list(object, 'conditions');
  const final = all.some(({ type }) => type === 'Failed' || type === 'Complete');
  return all
    .filter(({ type }) => !final || (type !== 'FailureTarget' && type !== 'SuccessCriteriaMet'))
    .map((one) => {
      const why = [text(one, 'reason'), text(one, 'message')].filter(Boolean).join(': ');
      return `${text(one, 'type')} ${text(one, 'status')}${why === '' ? '' : ` (${why})`}`;
    });
}

function stopOf(stop: Json | undefined): string | undefined {
  return stop === undefined ? undefined : joined(text(stop, 'why')?.replaceAll('_', ' '), text(stop, 'reason'));
}

function logOf(log: Json | undefined): string | undefined {
  if (log === undefined) return undefined;
  const gaps = list(log, 'gaps').length;
  const duplicates = number(log, 'duplicates') ?? 0;
  return joined(
    `${number(log, 'lines') ?? 0} line(s) over ${number(log, 'attempts') ?? 0} stream(s)`,
    duplicates > 0 && `${duplicates} seen twice and dropped`,
    gaps === 0 ? 'no gap' : `${gaps} gap(s)`,
    log.complete === true ? "complete to the container's end" : 'its end is not proven',
  );
}

function claudeOf(claude: Json | undefined): string | undefined {
  if (claude === undefined) return undefined;
  const outstanding = number(claude, 'outstandingTasks') ?? 0;
  const unreadable = number(claude, 'unreadableLines') ?? 0;
  const retries = list(claude, 'apiRetries').length;
  return joined(
    text(claude, 'sessionId') === undefined ? 'no session' : `session ${text(claude, 'sessionId')}`,
    text(claude, 'model') && `model ${text(claude, 'model')}`,
    (number(claude, 'results') ?? 0) === 0 ? 'no result' : `${number(claude, 'results')} result(s)`,
    outstanding > 0 && `${outstanding} background tasks outstanding`,
    retries > 0 && `${retries} retries of its own API`,
    unreadable > 0 && `${unreadable} unreadable lines`,
  );
}

function faultOf(fault: Json | undefined): string | undefined {
  if (fault === undefined) return undefined;
  return joined(text(fault, 'call'), String(number(fault, 'status') ?? 'no answer'), text(fault, 'message'));
}

/** Warnings before what is normal. */
function eventsOf(diagnosis: Json): string[] {
  const events = list(diagnosis, 'events').filter(isJson);
  const ordered = [...events.filter(isWarning), ...events.filter((one) => !isWarning(one))];
  return ordered.slice(0, eventsMax).map((one) => {
    const times = number(one, 'count') ?? 1;
    return `${text(one, 'reason') ?? 'no reason'}${times > 1 ? ` (${times} times)` : ''}: ${text(one, 'message') ?? ''}`;
  });
}

function isWarning(event: Json): boolean {
  return event.type === 'Warning';
}
