import { fileURLToPath } from 'node:url';
import type { RolldownOptions } from 'rolldown';

/**
 * The host's web page evaluates the parser as the body of a function, with `exports` and no module system: it is one file of
 * CommonJS that needs no other.
 */
const parser: RolldownOptions & { output: { file: string } } = {
  input: fileURLToPath(new URL('src/ui/parser.ts', import.meta.url)),
  platform: 'browser',
  transform: { target: 'es2021' },
  output: { file: 'dist/ui-parser.cjs', format: 'cjs', comments: false },
};

export default parser;
