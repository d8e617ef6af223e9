import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { withSections } from './sections.ts';
import { telemetryTables } from './telemetry-tables.ts';

/** `npm run derive`: writes the sections of the documentation that come from the catalogues, and names what changed. */
const path = join(import.meta.dirname, '../../docs/telemetry.md');
const kept = await readFile(path, 'utf8');
const made = withSections(kept, telemetryTables);
if (made !== kept) {
  await writeFile(path, made);
  process.stdout.write(`${relative(process.cwd(), path)}\n`);
}
