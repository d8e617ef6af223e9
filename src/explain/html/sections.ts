import type { Explanation } from '../explain.ts';
import { callsMax } from './calls.ts';
import type { Picture } from './picture.ts';
import { cut } from './sample.ts';
import { type Html, html, type Part } from './tag.ts';
import { count, size } from './time.ts';

export function section(id: string, title: string, body: Part, when = true): Html {
  return html`${
    when &&
    html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>
`
  }`;
}

/** What the verdict rests on, what speaks against it, and what it is not. */
export function evidenceSection(told: Explanation): Html {
  const { facts, contradictions, ruledOut, notes } = told;
  if (facts.length + contradictions.length + notes.length === 0) return html``;
  const rows = facts.map(({ about, says }) => html`<div><dt>${about}</dt><dd>${cut(says)}</dd></div>`);
  const against = contradictions.map((one) => html`<li>${cut(one)}</li>`);
  const notIt = ruledOut.map(
    ({ cause, because }) => html`<div><dt><code>${cause}</code></dt><dd>${cut(because)}</dd></div>`,
  );
  const remarks = notes.map((one) => html`<li>${cut(one)}</li>`);
  return html`<div class="columns">
<div>
${section('evidence', 'Evidence', html`<dl class="facts">${rows}</dl>`, rows.length > 0)}${section('notes', 'Notes', html`<ul>${remarks}</ul>`, remarks.length > 0)}
</div>
<div>
${section('against', 'What speaks against it', against.length > 0 ? html`<ul class="against">${against}</ul>` : html`<p class="dim">Nothing: all that was seen fits together.</p>`)}${section('ruled-out', 'Ruled out', html`<dl class="facts">${notIt}</dl>`, notIt.length > 0)}
</div>
</div>
`;
}

/** A click selects a whole command; with script there is a button as well. */
export function nextSection({ next }: Explanation): Html {
  const lines = next.map((command) => html`<li><code class="command" tabindex="0">${command}</code></li>`);
  return section('next', 'Look next', html`<ul class="commands">${lines}</ul>`, lines.length > 0);
}

/** What the page and the bundle do not have. */
export function footerOf(told: Explanation, picture: Picture, torn: string | undefined): Html {
  const { calls, course, dropped, frames, unsaid } = picture;
  const elided = calls.all.reduce((sum, call) => sum + (call.elided?.lines ?? 0), 0);
  const lines: readonly (string | false)[] = [
    torn !== undefined && `The file breaks off ${torn}.`,
    !told.whole && 'The recording has no end.',
    dropped.frames > 0 && `The recorder had no room for ${count(dropped.frames, 'frame')} (${size(dropped.bytes)}).`,
    elided > 0 && `${count(elided, 'line')} from the middle of the log are not in the bundle.`,
    calls.more > 0 && `Only the first ${count(callsMax, 'call')} are told apart; ${count(calls.more, 'more')} came.`,
    course.more > 0 && `${count(course.more, 'phase, stream or gap', 'phases, streams or gaps')} are not drawn.`,
    unsaid.isQuoted && 'Where a text quoted the output of the agent, its length stands instead.',
  ];
  return html`<footer>
${lines.map((line) => line !== false && html`<p>${line}</p>`)}<p>Made from ${count(frames, 'frame')} that build ${told.build} recorded. The bundle was redacted when it was written, and this page has no output of the agent, only its size. It loads nothing from anywhere.</p>
</footer>
`;
}
