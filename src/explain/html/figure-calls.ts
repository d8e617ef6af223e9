import { type Call, type Calls, isFault, isStream, outcomeOf } from './calls.ts';
import { cut } from './sample.ts';
import type { Scale } from './scale.ts';
import { type Html, html } from './tag.ts';
import { count, moment, span } from './time.ts';
import { type Bar, bars, heading, type Mark, marks, row } from './track.ts';

const rowsMax = 12;

/** One lane for each kind of object that was asked for: streams as bars, other requests as points, faults as triangles. */
export function callRows(scale: Scale, { all }: Calls, end: number, listed: ReadonlySet<Call>): Html[] {
  const resources = [...new Set(all.map(({ resource }) => resource))].slice(0, rowsMax);
  const rows = resources.map((resource) => {
    const own = all.filter((one) => one.resource === resource);
    const faults = own.filter(isFault).length;
    const told = faults === 0 ? '' : `, ${count(faults, 'fault')}`;
    return row(scale, {
      name: html`${resource} <span class="dim">${own.length}</span>${faults > 0 && html` <span class="fault">${count(faults, 'fault')}</span>`}`,
      says: `${resource}: ${count(own.length, 'call')}${told}, listed below`,
      marks: [
        ...bars(
          scale,
          own.filter(isStream).map((one) => streamBar(one, end)),
          { y: 6, height: 10 },
        ),
        ...marks(
          scale,
          own.filter((one) => !isStream(one) || isFault(one)).map((one) => markOf(one, listed)),
        ),
      ],
    });
  });
  return rows.length === 0 ? [] : [heading('API calls'), ...rows];
}

function streamBar(call: Call, end: number): Bar {
  const { t, endAt = end } = call;
  const title = `${call.verb} ${call.resource}: ${outcomeOf(call)}\n${span(endAt - t)} from ${moment(t)}`;
  return { from: t, to: endAt, tone: 'stream', label: '', title };
}

/** A stream that breaks off does so at its end; what is refused is so when it is asked. */
function markOf(call: Call, listed: ReadonlySet<Call>): Mark {
  const { t, endAt = t, status } = call;
  const broke = isStream(call) && status !== undefined && status < 400;
  return {
    t: broke ? endAt : t,
    tone: !isFault(call) ? 'plain' : call.status === 404 ? 'warn' : 'bad',
    title: `${moment(t)} ${call.verb} ${call.resource}: ${cut(outcomeOf(call), 200)}`,
    to: isFault(call) && listed.has(call) ? `c${call.id}` : undefined,
  };
}
