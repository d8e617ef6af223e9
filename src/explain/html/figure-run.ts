import type { Moment } from '../timeline.ts';
import type { Course, PhaseSpan } from './course.ts';
import type { Change, Lane, Lanes } from './lanes.ts';
import { cut } from './sample.ts';
import type { Scale } from './scale.ts';
import { type Html, html } from './tag.ts';
import { count, moment, span } from './time.ts';
import { type Bar, bars, heading, marks, row } from './track.ts';

/** There are twelve phases; a bundle may claim anything. */
const rowsMax = 20;

/** What deserves a second look, over the whole time. */
export function momentRow(scale: Scale, moments: readonly Moment[]): Html | undefined {
  const all = moments.flatMap(({ t, text, marked }, index) =>
    marked ? [{ t, tone: 'bad' as const, title: `${moment(t)} ${cut(text, 200)}`, to: `m${index}` }] : [],
  );
  if (all.length === 0) return undefined;
  return row(scale, {
    name: 'trouble',
    says: `${count(all.length, 'trouble')}, listed in the timeline`,
    marks: marks(scale, all),
  });
}

/** The waterfall: one lane for each phase, in the order in which the run came to them. */
export function phaseRows(scale: Scale, course: Course, end: number): Html[] {
  const names = [...new Set(course.phases.map(({ phase }) => phase))].slice(0, rowsMax);
  const rows = names.map((name) => {
    const spans = course.phases.filter(({ phase }) => phase === name);
    const spent = spans.reduce((sum, { from, to = end }) => sum + to - from, 0);
    const again = spans.length > 1 ? `, ${spans.length} times` : '';
    const shown = name.replaceAll('_', ' ');
    return row(scale, {
      name: html`${shown} <span class="dim">${span(spent)}${again}</span>`,
      says: `phase ${shown}: ${span(spent)}${again}`,
      marks: bars(
        scale,
        spans.map((one) => phaseBar(one, end)),
      ),
    });
  });
  return rows.length === 0 ? [] : [heading('Phases of the run'), ...rows];
}

function phaseBar({ phase, from, to, why, left, error }: PhaseSpan, end: number): Bar {
  const until = to ?? end;
  const how = to === undefined ? 'open to the end of the recording' : `left: ${left}`;
  return {
    ...{ from, to: until, label: span(until - from), tone: error === undefined ? 'phase' : 'bad' },
    title: [
      `${phase.replaceAll('_', ' ')}: ${span(until - from)} from ${moment(from)}`,
      `entered: ${why}`,
      how,
      error && `error: ${error}`,
    ]
      .filter(Boolean)
      .join('\n'),
  };
}

export function objectRows(scale: Scale, lanes: Lanes, end: number): Html[] {
  const rows = lanes.all.map((lane) => {
    const states = lane.changes.map(({ label }) => label).join(', ');
    return row(scale, {
      name: html`<span class="split"><span>${lane.kind} <span class="dim" title="${lane.name}">${shortName(lane)}</span></span>${lastState(lane)}</span>`,
      says: `${lane.kind} ${lane.name}: ${cut(states, 300)}`,
      marks: bars(
        scale,
        lane.changes.map((change, index) => stateBar(change, lane.changes[index + 1], end)),
      ),
    });
  });
  const more = lanes.more > 0 && html`<p class="note">More objects were seen than are drawn here.</p>`;
  return rows.length === 0 ? [] : [heading('What the cluster showed'), ...rows, html`${more}`];
}

/** Names of a run differ in their last letters only. */
function shortName({ name }: Lane): string {
  return name.length > 16 ? `…${name.slice(-12)}` : name;
}

/** What came of it is often the shortest of its bars. */
function lastState({ changes }: Lane): Html | undefined {
  const last = changes.at(-1);
  return last && html`<span class="state ${last.tone}">${cut(last.label, 24)}</span>`;
}

function stateBar({ t, label, tone, detail }: Change, next: Change | undefined, end: number): Bar {
  const to = next?.t ?? end;
  const title = `${label} from ${moment(t)} for ${span(to - t)}${detail === '' ? '' : `\n${cut(detail, 300)}`}`;
  return { from: t, to, tone, label, title };
}
