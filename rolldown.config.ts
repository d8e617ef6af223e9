import { fileURLToPath } from 'node:url';
import type { RolldownOptions } from 'rolldown';
import { notices } from './rolldown.notices.ts';

type OneFile = RolldownOptions & { output: { file: string } };

/** The OpenTelemetry API is the host's, and the SDK wants to find its own parts. Each build finds its own package by name. */
const external = [/^@opentelemetry\//, 'paperclip-adapter-claude-k8s/package.json'];
/** The Kubernetes client is a thousand modules, of which the kubeconfig needs a few. */
const treeshake = {
  moduleSideEffects: (id: string) => !/\/(@kubernetes\/client-node|@paperclipai\/[\w-]+)\//.test(id),
};

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
 * its cache. Of the host's own code it holds what renders a prompt.
 */
export const adapter: OneFile = {
  input: path('src/index.ts'),
  platform: 'node',
  external,
  treeshake,
  plugins: [notices('dist/index.notices.txt')],
  output: { file: 'dist/index.js', format: 'esm', codeSplitting: false, comments: false },
};

/** The command, what it starts to replay a build, and this build for any other's replay. What they share is there once. */
export const commands: RolldownOptions = {
  input: {
    'cli/main': path('src/cli/main.ts'),
    'replay/child': path('src/replay/child.ts'),
    'replay/entry': path('src/replay/entry.ts'),
  },
  platform: 'node',
  external,
  treeshake,
  plugins: [notices('dist/parts/notices.txt')],
  output: {
    dir: path('dist'),
    format: 'esm',
    codeSplitting: { groups: [{ name: 'libraries', test: /node_modules/, minShareCount: 2 }] },
    chunkFileNames: 'parts/[name].js',
    comments: false,
  },
};

export default [parser, adapter, commands];
