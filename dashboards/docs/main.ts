import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pages } from './pages.ts';
import { withSections } from './sections.ts';

/** `npm run derive`: writes the sections of the documentation that come from lists in the code, and names what changed. */
for (const [page, makers] of Object.entries(pages)) {
  const path = join(import.meta.dirname, '../..', page);
  const kept = await readFile(path, 'utf8');
  const made = withSections(kept, makers);
  if (made === kept) continue;
  await writeFile(path, made);
  process.stdout.write(`${relative(process.cwd(), path)}\n`);
}
