import { adapterThatIs } from '../adapter.ts';

export const createServerAdapter = () => adapterThatIs(false);
