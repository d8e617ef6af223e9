import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBuild } from '../../src/replay/builds.ts';
import { replayAll } from '../../src/replay/run-all.ts';

const incidents = join(import.meta.dirname, '../../fixtures/incidents');

async function replayedBy(adapter: 'patient' | 'hasty' | 'own', incident: string) {
  const build = await openBuild(join(import.meta.dirname, 'foreign', adapter));
  const bundles = [join(incidents, incident, 'bundle.ndjson.zst')];
  const [result] = await replayAll({ bundles, build, against: undefined, strict: false, processes: 1, speed: 20 });
  return result?.is === 'replayed' ? result.replayed.judgement : result;
}

describe.concurrent('an adapter that knows nothing of replay', { timeout: 60_000 }, () => {
  test('is led through a recorded success by its own names', async () => {
    const judgement = await replayedBy('patient', 'success/equal-lines');
    expect(judgement).toMatchObject({ build: 'patient', changes: [], lines: { lost: 0, doubled: 0 } });
  });

  test('is held to its own word for a failure', async () => {
    const judgement = await replayedBy('patient', 'claude_truncated/sigkill');
    expect(judgement).toMatchObject({
      changes: [{ is: 'verdict', expected: { code: 'claude_truncated' }, came: { code: 'pod_failed', exitCode: 137 } }],
      divergence: undefined,
    });
  });

  test('is found out when it reads the log too early', async () => {
    const judgement = await replayedBy('hasty', 'success/stream-cut');
    expect(judgement).toMatchObject({ changes: [{ is: 'lines_lost' }] });
  });

  test.each(['success/stream-cut', 'claude_truncated/sigkill', 'k8s_run_handed_over/shutdown'])(
    'comes to the verdict of %s when it is this one',
    async (incident) => {
      expect(await replayedBy('own', incident)).toMatchObject({ build: 'claude_k8s', changes: [] });
    },
  );
});

test('a package that makes no adapter is a fault of that package', async () => {
  const build = { entry: 'data:text/javascript,export const createServerAdapter = () => ({})', foreign: true };
  const bundles = [join(incidents, 'success/short/bundle.ndjson.zst')];
  const [result] = await replayAll({ bundles, build, against: undefined, strict: false, processes: 1 });
  expect(result).toMatchObject({ is: 'harness_fault', error: expect.stringContaining('has no execute()') });
});
