import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { apiState, ownApiVersion } from '../../src/telemetry/api-version.ts';

const symbol = Symbol.for('opentelemetry.js.api.1');

test('the version that is compared is the one that is installed', async () => {
  const installed = new URL('../../node_modules/@opentelemetry/api/package.json', import.meta.url);
  expect(JSON.parse(await readFile(installed, 'utf8')).version).toBe(ownApiVersion);
});

test('a process without an SDK has nothing registered', () => {
  expect(apiState({})).toEqual({ registered: [], version: undefined, mismatch: undefined });
});

test('what an SDK registered is named', () => {
  const globals = {
    [symbol]: { version: '1.9.1', trace: {}, context: {} },
    [Symbol.for('io.opentelemetry.js.api.logs')]: {},
  };
  expect(apiState(globals)).toEqual({
    registered: ['trace', 'context', 'logs'],
    version: '1.9.1',
    mismatch: undefined,
  });
});

test.each([
  ['an older minor version', '1.8.0', true],
  ['the same', '1.9.0', false],
  ['a later patch', '1.9.1', false],
  ['a later minor version', '1.10.0', false],
  ['a pre-release, which fits nothing but itself', '1.10.0-beta.1', true],
  ['no version at all', 'soon', true],
])('%s', (_, version, mismatched) => {
  expect(apiState({ [symbol]: { version } }).mismatch).toEqual(
    mismatched ? expect.stringContaining(`${version} was registered`) : undefined,
  );
});
