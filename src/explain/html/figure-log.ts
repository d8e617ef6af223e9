import type { Attempt, Course } from './course.ts';
import { cut } from './sample.ts';
import { at, percent, round, type Scale } from './scale.ts';
import { type Html, html } from './tag.ts';
import { count, moment, size, span } from './time.ts';
import { type Bar, bars, heading, marks, row } from './track.ts';

const height = 56;
const pieces = 120;

/** Lines over time with the gaps in them, and below it the streams that brought them. */
export function logRows(scale: Scale, course: Course, end: number): Html[] {
  const { rate, gaps, attempts } = course;
  if (attempts.length === 0 && rate.lines === 0) return [];
  return [
    heading('Output of the agent'),
    row(scale, {
      name: html`lines <span class="dim">${count(rate.lines, 'line')}, ${size(rate.bytes)}</span>`,
      says: `${count(rate.lines, 'line')}, ${gaps.length === 0 ? 'no gap' : count(gaps.length, 'gap')}`,
      height,
      marks: [columns(scale, course), gapMarks(scale, course)],
    }),
    row(scale, {
      name: html`log streams <span class="dim">${attempts.length}</span>`,
      says: `${count(attempts.length, 'stream attempt')}, listed below`,
      marks: [
        ...bars(scale, reconnectBars(course, end)),
        ...bars(
          scale,
          attempts.map((one) => attemptBar(one, end)),
        ),
      ],
    }),
  ];
}

function columns(scale: Scale, { rate }: Course): Html {
  const buckets = rate.over(scale.from, scale.to, pieces);
  const most = Math.max(...buckets.map(({ lines, from, to }) => lines / (to - from)));
  const drawn = buckets.map(({ from, to, lines, bytes }) => {
    const high = Math.max(2, Math.round((lines / (to - from) / most) * (height - 14)));
    const left = percent(scale, from);
    const wide = Math.max(0.25, percent(scale, to) - left - 0.1);
    const title = `${moment(from)}: ${count(lines, 'line')}, ${size(bytes)} in ${span(to - from)}`;
    return html`<rect class="column" x="${round(left)}%" y="${height - high}" width="${round(wide)}%" height="${high}"><title>${title}</title></rect>`;
  });
  const peak = most * 1000;
  const told = `peak ${peak >= 10 ? Math.round(peak) : round(peak)} lines/s`;
  return html`${drawn}<text class="peak" x="100%" y="10" text-anchor="end">${buckets.length > 0 && told}</text>`;
}

function gapMarks(scale: Scale, { gaps }: Course): Html {
  const lines = gaps
    .filter(({ t }) => t >= scale.from && t <= scale.to)
    .slice(0, 100)
    .map(({ t }) => html`<line class="gap" x1="${at(scale, t)}" x2="${at(scale, t)}" y1="0" y2="${height}"/>`);
  const flags = gaps.map(({ t, why }) => ({ t, tone: 'bad' as const, title: `${moment(t)} gap: ${cut(why, 200)}` }));
  return html`${lines}${marks(scale, flags, 24)}`;
}

function attemptBar(one: Attempt, end: number): Bar {
  const to = one.to ?? end;
  const how = one.how ?? 'open to the end';
  const title = [
    `log stream ${one.attempt}: ${how}${one.error ? ` (${cut(one.error, 200)})` : ''}`,
    `${span(to - one.from)} from ${moment(one.from)}, ${one.follow ? 'follows' : 'reads to the end'}`,
    `${count(one.lines, 'new line')}, ${count(one.duplicates, 'line')} seen before`,
  ].join('\n');
  return { from: one.from, to, tone: toneOf(one.how), label: `${one.attempt}: ${how}`, title };
}

/** `closed` is our own end. */
export function toneOf(how: string | undefined): 'good' | 'work' | 'bad' | 'warn' {
  if (how === undefined) return 'work';
  if (how === 'clean' || how === 'closed') return 'good';
  return how === 'idle' ? 'warn' : 'bad';
}

function reconnectBars({ reconnects }: Course, end: number): Bar[] {
  return reconnects.map(({ from, to = end, reason }) => {
    const title = `reconnects after ${span(to - from)}: ${reason.replaceAll('_', ' ')}`;
    return { from, to, tone: 'hatched', label: '', title };
  });
}
