import { createRequire } from 'node:module';

/** Of this package, from its own package.json: one level above `src` as above `dist`. */
export const adapterVersion: string = createRequire(import.meta.url)('../../package.json').version;
