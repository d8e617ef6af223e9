import { at, percent, round, type Scale, ticksOf } from './scale.ts';
import { type Html, html, type Part } from './tag.ts';

/** One lane of the picture: its name, and a track over the shared time. */
export interface Row {
  name: Part;
  /** What a screen reader says of the track. */
  says: string;
  height?: number;
  marks: Part;
}

export function row(scale: Scale, { name, says, height = 22, marks }: Row): Html {
  return html`<div class="row"><div class="name">${name}</div><svg class="track" height="${height}" role="group" aria-label="${says}">${grid(scale, height)}${marks}</svg></div>
`;
}

export function heading(text: string): Html {
  return html`<div class="lane-title">${text}</div>
`;
}

function grid(scale: Scale, height: number): Html[] {
  return ticksOf(scale).map((tick) => {
    const x = at(scale, tick.at);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${height}"/>`;
  });
}

/** The numbers of the time axis. Every other one gives way on a narrow screen. */
export function axis(scale: Scale): Html {
  const labels = ticksOf(scale).map((tick, index) => {
    const left = percent(scale, tick.at);
    const anchor = left > 96 ? 'end' : left < 1 ? 'start' : 'middle';
    const kind = index % 2 === 1 ? 'tick odd' : 'tick';
    return html`<text class="${kind}" x="${round(left)}%" y="13" text-anchor="${anchor}">${tick.label}</text>`;
  });
  return html`<div class="row axis"><div class="name">time since the start</div><svg class="track" height="18" aria-hidden="true">${labels}</svg></div>
`;
}

export interface Bar {
  from: number;
  to: number;
  /** A class of the style sheet. */
  tone: string;
  label: string;
  title: string;
}

/** About what a track measures on a wide screen and on a phone, in pixels. */
const width = { wide: 860, narrow: 330 };
const letter = 6.6;
const barsMax = 100;

/** Bars with their words where these fit; where they are too many to see apart, those that hide behind a neighbour are left out. */
export function bars(scale: Scale, all: readonly Bar[], { y = 2, height = 18 } = {}): Html[] {
  const within = all.filter((one) => one.to >= scale.from && one.from <= scale.to);
  const drawn = within.length <= barsMax ? within : apart(scale, within);
  return drawn.map((one) => {
    const left = percent(scale, one.from);
    const wide = percent(scale, one.to) - left;
    const place = html`x="${round(left)}%" y="${y}" height="${height}"`;
    if (wide < 0.6) {
      const back = left > 99 && html` transform="translate(-4)"`;
      return html`<rect class="bar ${one.tone}" ${place} width="4" rx="1"${back}><title>${one.title}</title></rect>`;
    }
    const fits = (pixels: number) => (wide / 100) * pixels > one.label.length * letter + 8;
    const shown = fits(width.wide) && one.label !== '';
    const kind = fits(width.narrow) ? 'word' : 'word wide';
    const word = shown && html`<text class="${kind}" x="5" y="${height - 5}">${one.label}</text>`;
    return html`<svg ${place} width="${round(wide)}%"><rect class="bar ${one.tone}" width="100%" height="100%" rx="2"/>${word}<title>${one.title}</title></svg>`;
  });
}

function apart(scale: Scale, all: readonly Bar[]): Bar[] {
  const seen = new Set<string>();
  return all.filter((one) => {
    const key = `${one.tone} ${Math.round(percent(scale, one.from) * 3)}`;
    return !seen.has(key) && seen.add(key);
  });
}

export interface Mark {
  t: number;
  tone: 'bad' | 'warn' | 'plain';
  title: string;
  /** Where the page tells more. */
  to?: string | undefined;
}

const pieces = 160;

/** Single moments. Those that would lie on each other become one, with all their titles; it is red when one of them is. */
export function marks(scale: Scale, all: readonly Mark[], height = 22): Html[] {
  const groups = new Map<number, Mark[]>();
  for (const mark of all) {
    if (mark.t < scale.from || mark.t > scale.to) continue;
    const piece = Math.round((percent(scale, mark.t) / 100) * pieces);
    groups.set(piece, [...(groups.get(piece) ?? []), mark]);
  }
  return [...groups.values()].map((group) => {
    const worst = group.find(({ tone }) => tone === 'bad') ?? group.find(({ tone }) => tone === 'warn') ?? group[0];
    const titles = group.slice(0, 6).map(({ title }) => title);
    if (group.length > titles.length) titles.push(`and ${group.length - titles.length} more`);
    const x = percent(scale, worst?.t ?? 0);
    const middle = height / 2;
    const tone = worst?.tone ?? 'plain';
    const shape =
      tone === 'plain'
        ? html`<circle class="mark plain" r="3.5" cy="${middle}"/>`
        : html`<path class="mark ${tone}" d="M0 ${middle - 6}L6 ${middle + 5}L-6 ${middle + 5}Z"/>`;
    const drawn = html`<svg class="point" x="${round(x)}%" overflow="visible">${shape}<title>${titles.join('\n')}</title></svg>`;
    return worst?.to === undefined
      ? drawn
      : html`<a href="#${worst.to}" aria-label="${titles.join('; ')}">${drawn}</a>`;
  });
}
