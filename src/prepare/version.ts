import { createRequire } from 'node:module';

/** Of this package, which finds itself by its name from `src`, `dist` and the one file for the host alike. */
export const adapterVersion: string = createRequire(import.meta.url)(
  'paperclip-adapter-claude-k8s/package.json',
).version;
