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
    const rewriting = new Rewriting(json, rule);
    rewriting.go(json.length);
    return rewriting.finished();
  } catch {
    return undefined;
  }
}

/** So many bytes are rewritten in one go; then everybody else has a turn. */
export const turnBytes = 64 * 1024;

/** The same, with a turn for others now and then: the answer to one list may be megabytes. */
export async function rewriteJsonInTurns(
  json: string,
  rule: Rule,
  turn: () => Promise<void>,
): Promise<string | undefined> {
  try {
    const rewriting = new Rewriting(json, rule);
    while (rewriting.go(turnBytes)) await turn();
    return rewriting.finished();
  } catch {
    return undefined;
  }
}

/** A list or an object whose end has not been seen. */
interface Open {
  rule: Rule;
  close: ']' | '}';
  entries: number;
}

/** Holds its own stack, so that it can pause anywhere and no depth is too deep. */
class Rewriting {
  private at = 0;
  private out: string[] = [];
  private readonly done: string[] = [];
  private readonly open: Open[] = [];
  /** The rule of the value that has to come here. */
  private due: Rule | undefined;
  private readonly json: string;

  constructor(json: string, rule: Rule) {
    this.json = json;
    this.due = rule;
  }

  /** @returns whether anything is left to do */
  go(bytes: number): boolean {
    const until = this.at + bytes;
    while (this.isUnderWay && this.at < until) this.step();
    this.done.push(this.out.join(''));
    this.out = [];
    return this.isUnderWay;
  }

  finished(): string | undefined {
    if (this.isUnderWay) return undefined;
    this.blank();
    return this.at === this.json.length ? this.done.join('') + this.out.join('') : undefined;
  }

  private get isUnderWay(): boolean {
    return this.due !== undefined || this.open.length > 0;
  }

  private step(): void {
    this.blank();
    const { due } = this;
    const inside = this.open.at(-1);
    if (due !== undefined) this.value(due);
    else if (inside !== undefined) this.entry(inside);
  }

  private value(rule: Rule): void {
    this.due = undefined;
    const first = this.json[this.at];
    if (first === '{' || first === '[') {
      this.sign(first);
      this.open.push({ rule, close: first === '{' ? '}' : ']', entries: 0 });
    } else if (first === '"') this.out.push(`"${rule.text(this.take(string))}"`);
    else if (first === 't' || first === 'f' || first === 'n') this.out.push(this.take(word));
    else this.out.push(rule.number(this.take(number)));
  }

  private entry(inside: Open): void {
    const { rule, close } = inside;
    if (this.json[this.at] === close) {
      this.sign(close);
      this.open.pop();
      return;
    }
    if (inside.entries++ > 0) this.sign(',');
    this.due = close === ']' ? rule.item() : this.member(rule);
  }

  private member(rule: Rule): Rule {
    this.blank();
    const name = this.take(string);
    this.out.push(`"${rule.name(name)}"`);
    this.blank();
    this.sign(':');
    return rule.member(name);
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
