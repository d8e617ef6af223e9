import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const documents = globSync('**/*.md', { cwd: root, exclude: (name) => name === 'node_modules' }).map((name) => ({
  name,
  text: readFileSync(join(root, name), 'utf8'),
}));
const found = (pattern: RegExp) =>
  documents.flatMap(({ name, text }) => [...text.matchAll(pattern)].map((match) => ({ name, match: match[1] ?? '' })));

test('no document asks for a Node that reads TypeScript: the scripts bring theirs', () => {
  expect(found(/(node (?:[\w-]+\/)*[\w-]+\.ts)/g)).toEqual([]);
});

test('every script that a document names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = found(/npm run (?:-s )?([\w:-]+)/g);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ match }) => !(match in scripts))).toEqual([]);
});

test('every picture that a document shows is there, and every drawn board is shown', () => {
  const shown = found(/(?:!\[[^\]]*\]\(|<img src=")([^)"]+)/g).filter(({ match }) => !match.startsWith('http'));
  expect(shown.filter(({ name, match }) => !existsSync(join(root, dirname(name), match)))).toEqual([]);
  const places = shown.map(({ name, match }) => join(dirname(name), match));
  const drawn = readdirSync(join(root, 'docs/dashboards')).map((file) => join('docs/dashboards', file));
  expect(drawn.filter((file) => !places.includes(file))).toEqual([]);
});
