import { configurationTable } from '../../src/config/in-words.ts';
import { telemetryTables } from './telemetry-tables.ts';

/** What makes the derived sections of each page. */
export const pages: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'docs/telemetry.md': telemetryTables,
  'README.md': { configuration: configurationTable },
};
