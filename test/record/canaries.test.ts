import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { inPiecesOf } from '../../src/loopback/container-log.ts';
import { asks } from '../../src/loopback/faults.ts';
import { verifyBundle } from '../../src/record/verify.ts';
import { init, until, World } from '../engine/world.ts';
import { accountToken, bodyOf, framesOf, ofType, recordedProcess } from './recorded.ts';

let world: World;
afterEach(() => world.close());

/** A text for each place that a secret can come from. */
const canary = {
  secretEnv: 'Canary-secret-env-1!x',
  configEnv: 'Canary config env 2',
  prompt: 'Canary prompt 3: tell "nobody"\nof this',
  instructions: 'Canary instructions 4 and more',
  extraArg: 'Canary-extra-5',
  annotation: 'Canary annotation 6',
  text: 'Canary text 7 é ☕',
  thinking: 'Canary thinking 8',
  toolInput: 'Canary tool input 9',
  toolResult: 'Canary tool result 10',
  bearer: 'CanaryBearer11abcDEF0123456789',
  plain: 'Canaryplain12',
  cut: 'Canary cut 13',
  echoed: 'Canary-echoed-14-AbC012345678901234567890',
  quoted: 'Canary "quoted" 15 \\ & <more>\nof it',
  signs: 'Canary&signs<16>',
} as const;

const lines = [
  init,
  JSON.stringify({
    type: 'assistant',
    message: { id: 'm1', content: [{ type: 'thinking', thinking: canary.thinking }] },
  }),
  JSON.stringify({
    type: 'assistant',
    message: { id: 'm2', content: [{ type: 'text', text: `${canary.text} ${canary.text}` }] },
  }),
  JSON.stringify({
    type: 'assistant',
    message: {
      id: 'm3',
      content: [
        { type: 'tool_use', id: 't1', name: 'Bash', input: { command: canary.toolInput, [canary.toolInput]: 1 } },
      ],
    },
  }),
  JSON.stringify({
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: canary.toolResult }] },
    tool_use_result: { stdout: canary.toolResult, type: canary.toolResult },
  }),
  `curl -H "Authorization: Bearer ${canary.bearer}" ${canary.secretEnv}`,
  `fatal: ${canary.plain} not found`,
  `{"type":"assistant","message":{"content":[{"type":"text","text":"${canary.cut}`,
];

async function record(): Promise<string> {
  world = await World.start((play) => {
    play.scheduled().running();
    if (play.pod !== undefined) world.api.logs.of(play.pod, 'claude').chunking = inPiecesOf(11);
    play.say(...lines).exited(1, { message: lines.slice(-4).join('\n') });
  });
  // As Go writes it within a message: `%q`, and JSON in which three signs are escapes.
  const asGo = (text: string) =>
    JSON.stringify(text).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  const told = [canary.quoted, canary.signs].flatMap((text) => [
    JSON.stringify(text),
    asGo(text),
    JSON.stringify(asGo(text)),
  ]);
  const message = `admission refused: Invalid value: ${told.join(', ')}; Bearer ${canary.bearer}, value ${canary.echoed}, ${canary.secretEnv}, ${canary.configEnv}, ${canary.extraArg}, ${canary.prompt}, ${canary.instructions}, ${canary.annotation}`;
  world.api.faults.add(asks('create', 'secrets'), { is: 'answer', status: 500, body: { kind: 'Status', message } });
  const instructionsFilePath = join(mkdtempSync(join(tmpdir(), 'canary-')), 'instructions.md');
  writeFileSync(instructionsFilePath, canary.instructions);
  const host = recordedProcess(world);
  const run = await world.run(
    host,
    { prompt: canary.prompt, secretEnv: { TOKEN: canary.secretEnv, QUOTED: canary.quoted } },
    {
      env: { SETTING: canary.configEnv, SIGNS: canary.signs },
      extraArgs: ['--some-flag', canary.extraArg, `--other=${canary.extraArg}`],
      podAnnotations: { 'example.com/note': canary.annotation },
      instructionsFilePath,
    },
  );
  const { verdict } = await run.handle.outcome;
  expect(verdict.code).toBe('claude_truncated');
  await until('every line', () => run.lines().length >= lines.length - 1);
  const written = await host.written[0];
  if (written === undefined || 'error' in written) throw new Error('not written');
  return written.path;
}

test('no canary is found in a bundle, in any form, and what explains the failure is', async () => {
  const path = await record();
  const text = zstdDecompressSync(readFileSync(path)).toString('utf8');
  for (const [place, secret] of [...Object.entries(canary), ['account', accountToken] as const]) {
    const forms = [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')];
    // JSON within JSON, as in the body of an answer.
    forms.push(JSON.stringify(forms[1]).slice(1, -1), encodeURIComponent(secret));
    for (const form of forms) expect(text.includes(form), `${place}: ${form}`).toBe(false);
  }
  expect(text).not.toMatch(/canary/i);
  const frames = await framesOf(path);
  const logs = ofType(frames, 'request').filter(({ resource }) => resource === 'pods/log');
  const log = bodyOf(frames, logs[0]?.id ?? 0);
  const said = log.split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
  expect(said.slice(0, lines.length).map((line) => Buffer.byteLength(line))).toEqual(
    lines.map((line) => Buffer.byteLength(line)),
  );
  expect(said[6]).toMatch(/^fatal: [a-z]{13} not found$/);
  expect(JSON.parse(said[3] ?? '')).toMatchObject({
    type: 'assistant',
    message: { id: 'm3', content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: expect.any(Object) }] },
  });
  expect(await verifyBundle(path)).toMatchObject({ findings: [], torn: undefined });
});

test('equal texts stay equal within a bundle, and are others in the next one', async () => {
  const filler = async () => {
    const frames = await framesOf(await record());
    const bodies = ofType(frames, 'request').map(({ body }) => JSON.stringify(body) ?? '');
    const envs = bodies.join().match(/"name":"SETTING","value":"([^"]*)"/g);
    const seen = ofType(frames, 'chunk').flatMap(
      ({ text }) => text?.match(/"name":"SETTING","value":"([^"]*)"/g) ?? [],
    );
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set([...(envs ?? []), ...seen]).size).toBe(1);
    return seen[0];
  };
  const first = await filler();
  await world.close();
  expect(await filler()).not.toBe(first);
});
