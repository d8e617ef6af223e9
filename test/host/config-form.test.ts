import { describe, expect, test } from 'vitest';
import { optionKeys, optionOf } from '../../src/config/options.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { configForm } from '../../src/host/config-form.ts';
import { readHostConfig } from '../../src/host/host-config.ts';
import { detectModel, models } from '../../src/host/models.ts';

const { fields } = configForm();

describe('the form in which an agent is set up', () => {
  test('has every key but those that the host asks for itself', () => {
    const own = ['env', 'instructionsFilePath', 'effort', 'extraArgs'];
    expect(fields.map(({ key }) => key)).toEqual(optionKeys.filter((key) => !own.includes(key)));
  });

  test('left as it is it writes a configuration that is the default of every key', () => {
    // The host writes what a field begins with; without one: false, 0, the first choice, or nothing.
    const empty = { toggle: false, number: 0 } as const;
    const written = fields.flatMap(({ key, type, options, default: value }) => {
      const begins =
        value ?? (type === 'toggle' || type === 'number' ? empty[type] : type === 'select' && options?.[0]?.value);
      return begins === false && type !== 'toggle' ? [] : [[key, begins] as const];
    });
    expect(parseConfig(Object.fromEntries(written), { unknown: 'error' })).toEqual(
      parseConfig({}, { unknown: 'error' }),
    );
  });

  test('offers the words of a choice, and says in each hint what the key does', () => {
    for (const { key, type, options, hint, label } of fields) {
      const { kind, description } = optionOf(optionKeys.find((one) => one === key) ?? 'model');
      expect(hint).toBe(description);
      expect(label).toMatch(/^[A-Z][a-zA-Z0-9 ]+$/);
      if (kind.is === 'choice')
        expect({ key, type, words: options?.map(({ value }) => value) }).toEqual({
          key,
          type: 'select',
          words: kind.of,
        });
    }
  });
});

test('the models are names that Claude Code resolves itself', () => {
  for (const { id } of models)
    expect(parseConfig({ model: id }, { unknown: 'error' })).toMatchObject({ config: { model: id } });
  expect(models.map(({ id }) => id)).toEqual(['opus', 'sonnet', 'haiku', 'opusplan']);
});

test.each([
  [
    { ANTHROPIC_MODEL: ' claude-opus-5 ' },
    { model: 'claude-opus-5', provider: 'anthropic', source: 'ANTHROPIC_MODEL' },
  ],
  [{ ANTHROPIC_MODEL: ' ' }, null],
  [{}, null],
])('with %j the model is %j', async (env, expected) => {
  expect(await detectModel(env)).toEqual(expected);
});

test.each([
  [{ thinkingEffort: 'high' }, 'high'],
  [{ thinkingEffort: 'high', effort: 'low' }, 'low'],
  [{}, undefined],
])('of %j the effort is %s, and nothing is strange', (given, effort) => {
  expect(readHostConfig(given)).toMatchObject({ ok: true, warnings: [], config: { effort } });
});
