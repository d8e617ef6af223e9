import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Frame, format } from '../../src/record/frame.ts';
import { framesOf } from './recorded.ts';
import { faultsOf, frameSchemas, isLine, schema } from './schema.ts';

/** Every frame with its members; what the type has and this list has not, or the other way round, does not compile. */
const members: { [F in Frame as F['f']]: { [K in keyof F]-?: undefined extends F[K] ? 'may' : 'must' } } = {
  header: {
    f: 'must',
    format: 'must',
    build: 'must',
    node: 'must',
    startedAt: 'must',
    request: 'must',
    redaction: 'must',
  },
  request: {
    f: 'must',
    t: 'must',
    id: 'must',
    verb: 'must',
    resource: 'must',
    method: 'must',
    path: 'must',
    body: 'may',
  },
  head: { f: 'must', t: 'must', id: 'must', status: 'must', headers: 'must' },
  chunk: { f: 'must', t: 'must', id: 'must', text: 'may', base64: 'may' },
  end: { f: 'must', t: 'must', id: 'must', how: 'must', error: 'may' },
  elided: { f: 'must', t: 'must', id: 'must', lines: 'must', bytes: 'must', hash: 'must' },
  decision: { f: 'must', t: 'must', transition: 'must' },
  footer: { f: 'must', t: 'must', diagnosis: 'may', dropped: 'must' },
};

describe('the schema of the format', () => {
  test('has the frames of the type and their members, and no other', () => {
    const named = (all: Record<string, object>) =>
      Object.fromEntries(Object.entries(all).map(([f, properties]) => [f, Object.keys(properties).sort()]));
    const inSchema = Object.fromEntries(Object.entries(frameSchemas).map(([f, { properties }]) => [f, properties]));
    expect(named(inSchema)).toEqual(named(members));
    expect(schema.$id).toBe(format);
  });

  test.each(Object.entries(members))('asks for what a %s must have, and for nothing else', (f, of) => {
    const must = Object.entries(of).flatMap(([name, how]) => (how === 'must' ? [name] : []));
    expect(frameSchemas[f]?.required.toSorted()).toEqual(must.toSorted());
  });

  test.each([
    ['a frame of a newer build', { f: 'tomorrow', anything: 1 }, true],
    ['a member of a newer build', { f: 'elided', t: 1, id: 1, lines: 0, bytes: 0, hash: 'a', more: 1 }, true],
    ['a chunk with neither text nor base64', { f: 'chunk', t: 1, id: 1 }, false],
    ['a chunk with both', { f: 'chunk', t: 1, id: 1, text: 'a', base64: 'YQ==' }, false],
    ['an end that is no such thing', { f: 'end', t: 1, id: 1, how: 'lost' }, false],
    ['a header of another format', { f: 'header', format: 'claude-k8s-incident/2' }, false],
    ['no frame', { t: 1 }, false],
  ])('lets %s be what it is', (_, line, valid) => {
    expect(isLine(line)).toBe(valid);
  });

  test('tells of a member that no frame of this build has', () => {
    expect(faultsOf(Object.assign({ f: 'head', t: 1, id: 1, status: 200, headers: {} }, { extra: 1 }))).toHaveLength(1);
  });

  test('is in the published package, and so is the page that explains it', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
    const [{ files }]: [{ files: { path: string }[] }] = JSON.parse(listed);
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['fixtures/incident.schema.json', 'fixtures/README.md']));
    expect(paths.filter((path) => path.endsWith('.zst'))).toEqual([]);
  });
});

const folder = join(import.meta.dirname, '../../fixtures/incidents');
const recorded = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.zst'));

test.each(recorded)('the recorded incident %s is as the schema says', async (name) => {
  expect((await framesOf(join(folder, name))).length).toBeGreaterThan(2);
});
