import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { init, said, World } from '../engine/world.ts';
import { recordedProcess } from '../record/recorded.ts';
import { command } from './command.ts';

let world: World | undefined;
afterEach(() => world?.close());

/** A run whose container is killed for its memory, recorded at the wire. */
async function recorded(): Promise<{ path: string; folder: string }> {
  world = await World.start((play) => {
    play.scheduled().running().say(init, said).exited(137, { reason: 'OOMKilled' });
  });
  const host = recordedProcess(world);
  const run = await world.run(host);
  await run.handle.outcome;
  const written = await host.written[0];
  if (written === undefined || !('path' in written)) throw new Error('nothing was written');
  return { path: written.path, folder: host.directory };
}

describe('explain', () => {
  test('tells a recorded run from its verdict down', async () => {
    const { path } = await recorded();
    const { code, out, err } = await command(['explain', path]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')[0]).toBe('claude_truncated / oom_killed');
    expect(out).toMatch(/! Claude's container ended with exit code 137 \(OOMKilled\)/);
    expect(out).toMatch(/Look next\n {2}kubectl -n agents describe pod /);
  });

  test('--json has the same as data', async () => {
    const { path } = await recorded();
    const told = JSON.parse((await command(['explain', path, '--json'])).out);
    expect(told).toMatchObject({ code: 'claude_truncated', cause: 'oom_killed', whole: true, namespace: 'agents' });
  });

  test('--html writes a page for its owner only, and says where', async () => {
    const { path, folder } = await recorded();
    const page = join(folder, 'page.html');
    const { code, out, err } = await command(['explain', path, '--html', page]);
    expect({ code, out, err }).toEqual({ code: 0, out: `${page} written`, err: '' });
    expect(readFileSync(page, 'utf8')).toMatch(/<code>claude_truncated<\/code>[\s\S]*<h2[^>]*>Timeline/);
    expect(statSync(page).mode & 0o777).toBe(0o600);
  });

  test('--html where nothing can be written is one clear error', async () => {
    const { path } = await recorded();
    const { code, out, err } = await command(['explain', path, '--html', '/no/such/folder/page.html']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: --html: \/no\/such\/folder\/page.html can not be written: ENOENT/);
  });

  test('--html never writes over the recording', async () => {
    const { path, folder } = await recorded();
    const before = readFileSync(path, 'base64');
    for (const page of [path, join(folder, '.', 'other.ndjson.zst')]) {
      const { code, out, err } = await command(['explain', path, '--html', page]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toBe(`error: --html: ${page} is not written over: files named *.ndjson.zst are recordings`);
    }
    expect(readFileSync(path, 'base64')).toBe(before);
  });

  test('what is no bundle is one clear error', async () => {
    const { folder } = await recorded();
    const junk = join(folder, 'junk.ndjson.zst');
    writeFileSync(junk, 'not compressed');
    const bare = join(folder, 'bare.ndjson.zst');
    writeFileSync(bare, zstdCompressSync('{"f":"header","format":"claude-k8s-incident/1"}\n'));
    for (const path of [junk, bare, '/no/such/bundle']) {
      const { code, out, err } = await command(['explain', path]);
      expect({ code, out, lines: err.split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
      expect(err).toContain(path);
    }
  });
});
