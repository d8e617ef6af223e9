export { createServerAdapter } from '../../../../src/index.ts';
