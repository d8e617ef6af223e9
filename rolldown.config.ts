import { fileURLToPath } from 'node:url';
import type { RolldownOptions } from 'rolldown';
import { notices } from './rolldown.notices.ts';

type OneFile = RolldownOptions & { output: { file: string } };

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/**
 * The host's web page evaluates the parser as the body of a function, with `exports` and no module system: it is one file of
 * CommonJS that needs no other.
 */
export const parser: OneFile = {
  input: path('src/ui/parser.ts'),
  platform: 'browser',
  transform: { target: 'es2021' },
  output: { file: 'dist/ui-parser.cjs', format: 'cjs', comments: false },
};

/**
 * What the host loads. It is one file: a reload imports the entry anew, and Node would give it the rest of the old one from
 * its cache. The Kubernetes client is a thousand modules, of which the kubeconfig needs a few: without the others the
 * adapter loads four times as fast. Of the host's own code it holds what renders a prompt. The OpenTelemetry API is the
 * host's, so it stays outside.
 */
export const adapter: OneFile = {
  input: path('src/index.ts'),
  platform: 'node',
  external: [/^@opentelemetry\//, 'paperclip-adapter-claude-k8s/package.json'],
  treeshake: { moduleSideEffects: (id) => !/\/(@kubernetes\/client-node|@paperclipai\/[\w-]+)\//.test(id) },
  plugins: [notices('dist/index.notices.txt')],
  output: { file: 'dist/index.js', format: 'esm', codeSplitting: false, comments: false },
};

export default [parser, adapter];
