import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openOutput } from '../../demo/output-folder.ts';

test('what an earlier run recorded stays, and is not taken for what this one recorded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-output-'));
  for (const name of ['9.ndjson.zst', '1.ndjson.zst', 'report.html', 'notes.txt']) {
    writeFileSync(join(folder, name), name);
  }
  const output = await openOutput(folder);
  expect(existsSync(output.page)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['1.ndjson.zst', '9.ndjson.zst', 'notes.txt']);
  const own = join(folder, '5.ndjson.zst');
  writeFileSync(own, 'new');
  expect(await output.bundle()).toBe(own);
});

test('a folder that is not there is made', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'demo-output-')), 'new');
  await openOutput(folder);
  expect(readdirSync(folder)).toEqual([]);
});
