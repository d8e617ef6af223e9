import type { Explanation } from '../explain.ts';
import type { Moment } from '../timeline.ts';
import { type Call, isFault, isStream, latencyOf, outcomeOf } from './calls.ts';
import type { Attempt } from './course.ts';
import { toneOf } from './figure-log.ts';
import type { Picture } from './picture.ts';
import { cut, type Sample, sampleOf } from './sample.ts';
import { section } from './sections.ts';
import { type Html, html, type Part } from './tag.ts';
import { clock, count, moment, size, span } from './time.ts';
import { headline } from './verdict.ts';

const most = { timeline: 800, calls: 500, attempts: 200 };

function table(caption: string, head: readonly string[], rows: Part, filtered: boolean): Html {
  const cells = head.map((name) => html`<th scope="col">${name}</th>`);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table${filtered && html` class="filtered"`}><thead><tr>${cells}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

function sampled({ shown, all }: Sample<unknown>, what: string): Html | undefined {
  if (shown.length === all) return undefined;
  const numbers = `${shown.length.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}`;
  return html`<p class="note">${numbers} ${what} are shown: trouble first, then the first and the last of the rest.</p>`;
}

/** The wall clock beside the run's own time. */
function when(t: number, startedAt: number): Html {
  return html`<td class="when"><span>${moment(t)}</span> <span class="dim clock">${clock(startedAt + t)}</span></td>`;
}

export function timelineSection(told: Explanation, picture: Picture): Html {
  const { timeline, message } = told;
  const startedAt = picture.header?.startedAt ?? 0;
  const numbered = timeline.map((one, index) => ({ ...one, index }));
  const sample = sampleOf<Moment & { index: number }>(numbered, most.timeline, ({ marked }) => marked);
  const rows = sample.shown.map(({ t, phase, text, marked, index }) => {
    const flag = marked && html`<span class="flag" title="trouble">▲<span class="hidden"> trouble:</span></span> `;
    return html`<tr id="m${index}"${marked && html` class="marked"`}>${when(t, startedAt)}<td class="phase-name">${phase.replaceAll('_', ' ')}</td><td>${flag}${text === message ? headline(told, picture) : cut(text)}</td></tr>
`;
  });
  const head = ['time (UTC)', 'phase', 'what happened'];
  const body = html`${sampled(sample, 'moments')}${table('Timeline', head, rows, true)}`;
  return section('timeline', 'Timeline', body, rows.length > 0);
}

/** Which calls have a row: marks of the picture link to these. */
export function listedCalls(calls: readonly Call[]): Sample<Call> {
  return sampleOf(calls, most.calls, isFault);
}

export function callsSection(sample: Sample<Call>, picture: Picture): Html {
  const startedAt = picture.header?.startedAt ?? 0;
  const rows = sample.shown.map((call) => callRow(call, startedAt));
  const { retries } = picture.course;
  const told =
    retries > 0 && html`<p class="note">The run tried again ${count(retries, 'time')} after a request failed.</p>`;
  const head = ['time (UTC)', 'call', 'answer', 'took', 'size'];
  const body = html`${told}${sampled(sample, 'calls')}${table('API calls', head, rows, true)}`;
  return section('calls', 'API calls', body, rows.length > 0);
}

function callRow(call: Call, startedAt: number): Html {
  const { id, t, verb, resource, path, tries, bytes, elided } = call;
  const fault = isFault(call);
  const latency = latencyOf(call);
  const open = isStream(call) && call.endAt !== undefined && `open ${span(call.endAt - t)}`;
  const missing = elided !== undefined && ` (${size(elided.bytes)} not kept)`;
  const flag = fault && html`<span class="flag" title="fault">▲<span class="hidden"> fault:</span></span> `;
  const took = [latency === undefined ? '–' : span(latency), open].filter(Boolean).join(', ');
  return html`<tr id="c${id}"${fault && html` class="marked"`}>${when(t, startedAt)}<td><b>${verb} ${resource}</b>${tries > 1 && html` <span class="chip">try ${tries}</span>`} <span class="path">${cut(readable(path), 240)}</span></td><td>${flag}${cut(outcomeOf(call), 300)}</td><td class="number">${took}</td><td class="number">${size(bytes)}${missing}</td></tr>
`;
}

export function attemptsSection({ course, header, end }: Picture): Html {
  const startedAt = header?.startedAt ?? 0;
  const sample = sampleOf(course.attempts, most.attempts, ({ how }) => toneOf(how) === 'bad');
  const rows = sample.shown.map((one) => attemptRow(one, startedAt, end));
  const head = ['time (UTC)', 'stream', 'how it ended', 'lasted', 'new lines', 'seen before'];
  const body = html`${sampled(sample, 'stream attempts')}${table('Log streams', head, rows, false)}`;
  return section('streams', 'Log streams', body, rows.length > 0);
}

function attemptRow(one: Attempt, startedAt: number, end: number): Html {
  const { attempt, follow, since, from, to = end, how = 'open to the end', error, lines, duplicates } = one;
  const tone = toneOf(one.how);
  const flag = (tone === 'bad' || tone === 'warn') && html`<span class="flag">▲</span> `;
  const what = `${attempt}, ${follow ? 'follows' : 'reads to the end'}${since === undefined ? '' : `, from ${since}`}`;
  return html`<tr>${when(from, startedAt)}<td>${what}</td><td>${flag}${how}${error !== undefined && html` <span class="path">${cut(error, 300)}</span>`}</td><td class="number">${span(to - from)}</td><td class="number">${lines.toLocaleString('en-US')}</td><td class="number">${duplicates.toLocaleString('en-US')}</td></tr>
`;
}

function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
