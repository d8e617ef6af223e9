import { createHash } from 'node:crypto';
import { style } from '../../explain/html/style.ts';
import { Html, html, type Part } from '../../explain/html/tag.ts';
import { changesOf } from '../accepted.ts';
import type { Differences } from '../judge/judge.ts';
import type { Replayed } from '../one.ts';
import type { Result } from '../run-all.ts';
import { changeText, wordsOf } from './as-text.ts';

const more = `
article{margin:14px 0;padding:14px 20px;border:1px solid var(--line);border-left:8px solid var(--bad);border-radius:8px;background:var(--raised)}
article h2{margin:0 0 .4em;overflow-wrap:anywhere;font-size:1rem}
pre{overflow-x:auto;margin:.4em 0;padding:8px 12px;border:1px solid var(--line);border-radius:6px;background:var(--ground);font-size:.85rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:5px 10px 5px 0;border-top:1px solid var(--grid);vertical-align:top}
`;
const css = style + more;

/** One self-contained page of a whole replay: what changed first, with the way to it, then what is the same. */
export function asHtml(results: readonly Result[]): string {
  const replayed = results.flatMap((result) => (result.is === 'replayed' ? [result.replayed] : []));
  const changed = replayed.filter((one) => changesOf(one).open.length > 0);
  const same = replayed.filter((one) => changesOf(one).open.length === 0);
  const broken = results.flatMap((result) => (result.is === 'replayed' ? [] : [result]));
  const hash = createHash('sha256').update(css).digest('base64');
  const good = changed.length + broken.length === 0;
  const title = good
    ? `${same.length} incidents: all the same`
    : `${changed.length} of ${results.length} incidents changed`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(css)}</style>
</head>
<body>
<main>
<section class="verdict ${good ? 'good' : 'bad'}"><p class="kicker">replay of build ${replayed[0]?.judgement.build}</p><h1>${title}</h1><p class="lead">Held against ${[...new Set(replayed.map(({ judgement }) => judgement.against))].join(', ')}.</p></section>
${broken.map(({ path, error }) => html`<article><h2>${path}</h2><p>${error}</p></article>`)}
${changed.map(changedPart)}
${same.length > 0 && sameTable(same)}
</main>
</body>
</html>
`.text;
}

function changedPart(replayed: Replayed): Html {
  const { judgement, path, torn } = replayed;
  const { open, reasons } = changesOf(replayed);
  const { divergence, verdict } = judgement;
  return html`<article><h2>${path}</h2>
<ul>${open.map((change) => html`<li>${changeText(change)}</li>`)}${reasons.map((reason) => html`<li class="dim">accepted: ${reason}</li>`)}</ul>
${verdict.message !== '' && html`<p>${verdict.message}</p>`}
${torn !== undefined && html`<p class="note">The bundle breaks off ${torn}.</p>`}
${
  divergence !== undefined &&
  html`<p class="note">The first decision that went another way, and what came before it:</p>
<pre>${divergence.before.join('\n')}
expected  ${divergence.expected ?? 'nothing more'}
came      ${divergence.came ?? 'nothing more'}</pre>`
}${differences('Requests', judgement.requests)}${differences('Counters', judgement.counters)}</article>
`;
}

function differences(what: string, all: Differences): Part {
  const rows = Object.entries(all);
  return (
    rows.length > 0 &&
    html`<table><thead><tr><th>${what}</th><th>expected</th><th>came</th></tr></thead><tbody>${rows.map(
      ([name, { expected, came }]) => html`<tr><td><code>${name}</code></td><td>${expected}</td><td>${came}</td></tr>`,
    )}</tbody></table>`
  );
}

function sameTable(same: readonly Replayed[]): Html {
  return html`<h2>The same</h2>
<table><thead><tr><th>incident</th><th>verdict</th><th>lines</th></tr></thead><tbody>${same.map(
    ({ path, judgement }) =>
      html`<tr><td><code>${path}</code></td><td>${wordsOf(judgement.verdict.came)}</td><td>${judgement.lines.delivered}</td></tr>`,
  )}</tbody></table>
`;
}
