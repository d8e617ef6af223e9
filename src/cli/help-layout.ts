import { Help, type HelpConfiguration } from 'commander';

/** In a narrower column a sentence is hard to read, and commander does not break it at all below 40. */
const columnMin = 50;
const indent = ' '.repeat(6);

/** Where long flags leave no room beside them, what they do stands on lines of its own below. */
export const helpLayout: HelpConfiguration = {
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    if (description === '' || width - termWidth - 4 >= columnMin) {
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    }
    const lines = helper.boxWrap(description, width - indent.length).split('\n');
    return [`  ${term}`, ...lines.map((line) => indent + line)].join('\n');
  },
};
