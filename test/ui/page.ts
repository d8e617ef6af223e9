import { createContext, runInContext } from 'node:vm';
import { build } from 'rolldown';
import { parser } from '../../rolldown.config.ts';
import type { Entry } from '../../src/ui/entry.ts';

export type Parse = (line: string, ts: string) => Entry[];

/** What the package ships. */
export async function shippedText(): Promise<string> {
  const { output } = await build({ ...parser, write: false });
  if (output.length !== 1) throw new Error(`the parser is ${output.length} files`);
  return output[0].code;
}

/**
 * The parser as the host's web page has it: the body of a function in a realm of its own that has the language and nothing
 * else, whose entries are copied on their way back to the page. `before` runs in that realm first.
 */
export function evaluate(source: string, before = ''): Parse {
  const realm = createContext({});
  runInContext(before, realm);
  const make = runInContext('Function', realm);
  const exports: { parseStdoutLine?: Parse } = {};
  const module = { exports };
  const body = `"use strict";\n{\n${source}\n}`;
  make('exports', 'module', 'self', 'globalThis', body)(exports, module, undefined, undefined);
  const { parseStdoutLine } = module.exports;
  if (typeof parseStdoutLine !== 'function') throw new Error('no parseStdoutLine is exported');
  return (line, ts) => structuredClone(parseStdoutLine(line, ts));
}

export async function openPage(): Promise<Parse> {
  return evaluate(await shippedText());
}
