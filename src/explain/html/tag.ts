/** Markup that may stand in a page as it is. Only `html` makes it, and who writes style and script. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Html | string | number | undefined | false | readonly Part[];

/** A template whose values are escaped, each of them: only markup made by this tag goes in as it is. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? '';
  for (const [index, part] of parts.entries()) text += render(part) + (strings[index + 1] ?? '');
  return new Html(text);
}

function render(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  return typeof part === 'object' ? part.map(render).join('') : escaped(String(part));
}

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What no page shows and what turns text around: a name that reads otherwise than it is deceives. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const spaces = /[\t\n\r]/;

function escaped(text: string): string {
  return text
    .replaceAll(invisible, (sign) => (spaces.test(sign) ? sign : '\ufffd'))
    .replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? '');
}
