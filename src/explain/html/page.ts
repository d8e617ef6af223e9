import { createHash } from 'node:crypto';
import type { Frame } from '../../record/frame.ts';
import { type Explanation, explain } from '../explain.ts';
import { callRows } from './figure-calls.ts';
import { logRows } from './figure-log.ts';
import { momentRow, objectRows, phaseRows } from './figure-run.ts';
import { Picture } from './picture.ts';
import { script } from './script.ts';
import { evidenceSection, footerOf, nextSection } from './sections.ts';
import { style } from './style.ts';
import { attemptsSection, callsSection, listedCalls, timelineSection } from './tables.ts';
import { Html, html } from './tag.ts';
import { axis } from './track.ts';
import { headline, verdictSection } from './verdict.ts';
import { type View, viewsOf } from './views.ts';

/** The page of a whole bundle that is in memory. */
export function pageOf(frames: readonly Frame[]): string {
  const picture = new Picture();
  for (const frame of frames) picture.add(frame);
  return asHtml(explain(frames), picture);
}

/** One self-contained page: the verdict, the picture, then the details. It can load nothing, and runs one script of ours only. */
export function asHtml(explained: Explanation, picture: Picture, torn?: string): string {
  const told = picture.unsaid.outOf(explained);
  const listed = listedCalls(picture.calls.all);
  const title = `${told.code ?? (told.whole ? 'success' : 'no verdict')}: ${told.job}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${headline(told, picture)}">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#timeline">Skip to the timeline</a>
<main>
${verdictSection(told, picture)}${figure(told, picture, new Set(listed.shown))}${evidenceSection(told)}${nextSection(told)}${searchBox}${timelineSection(told, picture)}${attemptsSection(picture)}${callsSection(listed, picture)}${footerOf(told, picture, torn)}</main>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Without script nothing can be searched, and the box stays away. */
const searchBox = html`<div id="search" class="search" hidden role="search"><label for="filter">Filter timeline and calls</label><input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="reset, pods/log, 404 …"><output for="filter" aria-live="polite"></output></div>
`;

function figure(told: Explanation, picture: Picture, listed: ReadonlySet<Picture['calls']['all'][number]>): Html {
  const views = viewsOf(told, picture.end);
  const choices =
    views.length > 1 &&
    views.map(
      ({ name }, index) =>
        html`<input type="radio" name="view" id="view${index}"${index === 0 && html` checked`}><label for="view${index}">${name}</label>`,
    );
  const drawn = views.map((view, index) => drawing(view, index, told, picture, listed));
  return html`<section id="picture" aria-label="Picture of the run">${hatch}${choices}${drawn}<p class="note"><span class="fault">▲</span> trouble, gap or fault &#183; points are requests, long bars streams that stayed open &#183; hatched: waiting to reconnect. Point at anything for its words.</p></section>
`;
}

function drawing(
  view: View,
  index: number,
  told: Explanation,
  picture: Picture,
  listed: ReadonlySet<Picture['calls']['all'][number]>,
): Html {
  const { course, lanes, calls, end } = picture;
  return html`<div class="view view${index}"><p class="view-name">${view.name}</p>
${axis(view)}${momentRow(view, told.timeline)}${phaseRows(view, course, end)}${objectRows(view, lanes, end)}${logRows(view, course, end)}${callRows(view, calls, end, listed)}${axis(view)}</div>
`;
}

const hatch = html`<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatching" x1="0" x2="0" y1="0" y2="6"/></pattern></defs></svg>`;
