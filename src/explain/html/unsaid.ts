import { quote } from '../../failure/quote.ts';
import type { Outcome } from '../../run/outcome.ts';
import type { Explanation } from '../explain.ts';

/** What the agent printed may be quoted by a message. A page that goes from hand to hand has the size of it only. */
export class Unsaid {
  private quotes: string[] = [];

  learn(outcome: Outcome): void {
    // The bundle may be of another build: what is not there quotes nothing.
    const { transcript } = (outcome as Partial<Outcome>).evidence ?? {};
    if (transcript === undefined) return;
    const { plainText = [], firstPlainText, lastText, result } = transcript;
    const said = result?.isError === true ? [] : [result?.text];
    const printed = [...plainText, firstPlainText, lastText, ...said].map((line) => quote(line));
    this.quotes = printed.filter((one) => one !== undefined).filter((one) => one.length > 2);
  }

  get isQuoted(): boolean {
    return this.quotes.length > 0;
  }

  outOf(told: Explanation): Explanation {
    const without = (text: string) => this.without(text);
    return {
      ...told,
      message: without(told.message),
      notes: told.notes.map(without),
      contradictions: told.contradictions.map(without),
      ruledOut: told.ruledOut.map(({ cause, because }) => ({ cause, because: without(because) })),
      facts: told.facts.map(({ about, says }) => ({ about, says: without(says) })),
      timeline: told.timeline.map((one) => ({ ...one, text: without(one.text) })),
    };
  }

  private without(text: string): string {
    const whole = this.quotes.reduce(
      (left, quoted) => left.replaceAll(quoted, `${[...quoted].length - 2} characters (not shown)`),
      text,
    );
    // A long message is cut in the midst of its quotation.
    return whole.replace(/It printed "[^"]*…/, 'It printed a line (not shown)');
  }
}
