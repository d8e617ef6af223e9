import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { expect, test } from 'vitest';
import { parser } from '../../rolldown.config.ts';
import { shippedText } from './page.ts';

const root = join(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('the parser is one file without a module system', async () => {
  const code = await shippedText();
  expect(code).not.toMatch(/\bimport\b|\bexport\b|\brequire\s*\(/);
  expect(code.length).toBeLessThan(32 * 1024);
});

test('the package says where its parser is, and to which contract it is written', () => {
  // The host reads this entry itself: a path, or `import` or `default`, and no other condition.
  expect(manifest.exports['./ui-parser']).toBe(`./${parser.output.file}`);
  expect(manifest.paperclip).toEqual({ adapterUiParser: '1.0.0' });
  expect(manifest.scripts.build).toContain('rolldown -c');
});

test('the packed parser is found by its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ui-parser-'));
  const source = join(folder, 'source');
  mkdirSync(source);
  cpSync(join(root, 'package.json'), join(source, 'package.json'));
  await build({ ...parser, output: { ...parser.output, file: join(source, parser.output.file) } });
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  const tarball = execFileSync('npm', args, { cwd: source, encoding: 'utf8' }).trim();
  const installed = join(folder, 'node_modules', manifest.name);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
  writeFileSync(join(folder, 'package.json'), '{}');
  const require = createRequire(join(folder, 'any.js'));
  const { parseStdoutLine } = require(`${manifest.name}/ui-parser`);
  expect(parseStdoutLine('[paperclip] hello', 'now')).toEqual([
    { kind: 'system', text: '[paperclip] hello', ts: 'now' },
  ]);
});
