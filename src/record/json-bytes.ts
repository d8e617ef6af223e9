/**
 * How one JSON value is rewritten. Every text given is what stands in the bytes (latin1, escapes as they are), and what
 * comes back must be as long.
 */
export interface Rule {
  text(raw: string): string;
  number(raw: string): string;
  /** The name of a member. */
  name(raw: string): string;
  member(name: string): Rule;
  item(): Rule;
}

const space = /[ \t\n\r]*/y;
const string = /"((?:[^"\\]|\\.)*)"/sy;
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

/** Rewrites JSON in place, byte by byte the same but for what the rule replaces. Undefined when it is not JSON. */
export function rewriteJson(json: string, rule: Rule): string | undefined {
  try {
    const rewriter = new Rewriter(json);
    rewriter.value(rule);
    return rewriter.finished();
  } catch {
    // No JSON, or nested deeper than the stack.
    return undefined;
  }
}

class Rewriter {
  private at = 0;
  private out: string[] = [];
  private readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  finished(): string | undefined {
    this.blank();
    return this.at === this.json.length ? this.out.join('') : undefined;
  }

  value(rule: Rule): void {
    this.blank();
    const first = this.json[this.at];
    if (first === '{') this.list('}', () => this.member(rule));
    else if (first === '[') this.list(']', () => this.value(rule.item()));
    else if (first === '"') this.out.push(`"${rule.text(this.take(string))}"`);
    else if (first === 't' || first === 'f' || first === 'n') this.out.push(this.take(word));
    else this.out.push(rule.number(this.take(number)));
  }

  private member(rule: Rule): void {
    this.blank();
    const name = this.take(string);
    this.out.push(`"${rule.name(name)}"`);
    this.blank();
    this.sign(':');
    this.value(rule.member(name));
  }

  private list(close: string, entry: () => void): void {
    this.sign(this.json[this.at] ?? '');
    this.blank();
    if (this.json[this.at] !== close) {
      entry();
      this.blank();
      while (this.json[this.at] === ',') {
        this.sign(',');
        entry();
        this.blank();
      }
    }
    this.sign(close);
  }

  private blank(): void {
    space.lastIndex = this.at;
    const found = space.exec(this.json)?.[0] ?? '';
    this.at += found.length;
    if (found !== '') this.out.push(found);
  }

  private sign(sign: string): void {
    if (sign === '' || this.json[this.at] !== sign) throw new SyntaxError(`no ${sign} at ${this.at}`);
    this.at++;
    this.out.push(sign);
  }

  /** What the expression finds here; of a string its inside. */
  private take(expression: RegExp): string {
    expression.lastIndex = this.at;
    const found = expression.exec(this.json);
    if (found === null) throw new SyntaxError(`not readable at ${this.at}`);
    this.at += found[0].length;
    return found[1] ?? found[0];
  }
}
