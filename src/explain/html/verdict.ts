import { causes, failures } from '../../failure/table.ts';
import type { Explanation } from '../explain.ts';
import type { Picture } from './picture.ts';
import { type Html, html } from './tag.ts';
import { count, span } from './time.ts';

const signs = { good: '✓', bad: '✗', open: '?', calm: '–' } as const;

/** The first thing that is read: how it ended, in one sentence. */
export function verdictSection(told: Explanation, picture: Picture): Html {
  const mood = moodOf(told);
  const { code, cause, remedy } = told;
  const more = evidenceIn(told.message, told);
  return html`<header class="verdict ${mood}">
<p class="kicker"><span class="sign" aria-hidden="true">${signs[mood]}</span> ${code === null ? (told.whole ? 'success' : 'no verdict') : html`<code>${code}</code>${cause !== null && html` <span aria-hidden="true">/</span> <code>${cause}</code>`}`}</p>
<h1>${headline(told, picture)}</h1>
${more !== '' && html`<p class="lead">${more}</p>`}
${remedy !== undefined && html`<p class="remedy"><b>What to do:</b> ${remedy}</p>`}
${identity(told, picture)}
</header>
`;
}

function moodOf({ code, whole }: Explanation): keyof typeof signs {
  if (code === null) return whole ? 'good' : 'open';
  return code === 'cancelled' || code === 'k8s_run_handed_over' ? 'calm' : 'bad';
}

export function headline(told: Explanation, { course }: Picture): string {
  const { code, cause, whole } = told;
  if (code === null) {
    if (!whole) return 'The recording has no end: the process went away, or the file was cut.';
    const { reconnects, gaps } = course;
    const after = reconnects.length === 0 ? '' : ` after ${count(reconnects.length, 'reconnect')} of its log stream`;
    const lost =
      gaps.length === 0 ? (after === '' ? '' : ', no line lost') : `, with ${count(gaps.length, 'gap')} in its log`;
    return `The run succeeded${after}${lost}.`;
  }
  const why = causeOf(cause);
  return `${failures[code].title}${why === undefined ? '' : `: ${why.title}`}.`;
}

function causeOf(cause: string | null) {
  const name = Object.keys(causes).find((one): one is keyof typeof causes => one === cause);
  return name === undefined || name === 'unknown' ? undefined : causes[name];
}

/** The message has headline, advice and what is ruled out as well: each is said once. */
function evidenceIn(message: string, { code, cause, ruledOut, remedy = '' }: Explanation): string {
  if (code === null) return message;
  const why = causeOf(cause);
  const not = ruledOut.map((one) => `${one.cause} (${one.because})`).join('; ');
  const said = [
    `Ruled out: ${not}.`,
    `${failures[code].title}.`,
    why && `Cause ${cause}: ${why.title}.`,
    remedy,
  ].filter(Boolean);
  return said
    .reduce<string>((left, one) => left.replace(one ?? '', ''), message)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function identity(told: Explanation, { course, calls, header }: Picture): Html {
  const faults = calls.all.filter(({ how, status }) => how === 'failed' || (status ?? 0) >= 400).length;
  const facts: readonly (readonly [string, string])[] = [
    ['run', told.runId],
    ['agent', header?.request.agentId ?? ''],
    ['namespace', told.namespace],
    ['Job', told.job],
    ['started', told.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['took', span(told.durationMs)],
    ['output', count(course.rate.lines, 'line')],
    ['log streams', String(course.attempts.length)],
    ['API calls', `${calls.all.length + calls.more}${faults === 0 ? '' : `, ${count(faults, 'fault')}`}`],
    ['build', told.build],
  ];
  return html`<dl class="identity">${facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
