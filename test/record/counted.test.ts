import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { bundleName } from '../../src/record/bundle-name.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { FastClock } from '../engine/fast-clock.ts';
import { plan } from '../manifest/plan.ts';
import { series } from '../telemetry/exposition.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'counted-'));
});

/** What the recorder's metrics are after its runs; those that never moved are left out. */
async function counted(act: (begin: (where: string) => Recording) => Promise<unknown>): Promise<string[]> {
  const telemetry = createTelemetry({ buildVersion: '1' });
  const recorder = new Recorder({
    clock: new FastClock(),
    build: 'test',
    bytesMax: 20_000,
    folder: { bundles: 2, bytes: 1024 ** 3 },
    listener: telemetry.recorderListener,
  });
  const wire = recorder.wire();
  await act((where) => {
    const recording = wire.begin({ plan: plan(), which: 'all', directory: where });
    const ask = { method: 'GET', verb: 'list', resource: 'jobs', path: '/jobs' } as const;
    return {
      hear: (bytes) => recording.asking(() => wire.tap.request(ask, 0))?.chunk(Buffer.alloc(bytes, 'x'), 0),
      end: () => recording.end(undefined),
    };
  });
  return (await series(telemetry)).filter((line) => line.startsWith('claude_k8s_incident_') && !line.endsWith(' 0'));
}

interface Recording {
  hear(bytes: number): void;
  end(): Promise<unknown>;
}

const sizes = () => readdirSync(directory).map((name) => statSync(join(directory, name)).size);

test('a bundle that is written is counted with its bytes', async () => {
  const moved = await counted((begin) => begin(directory).end());
  expect(moved).toEqual([
    'claude_k8s_incident_bundles_total{result="written"} 1',
    `claude_k8s_incident_bundle_bytes_total{result="written"} ${sizes()[0]}`,
  ]);
});

test('a bundle that can not be written is counted', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  expect(await counted((begin) => begin(file).end())).toEqual(['claude_k8s_incident_bundles_total{result="failed"} 1']);
});

test('bundles that the bound of the folder removes are counted with their bytes', async () => {
  for (const at of [0, 1, 2]) writeFileSync(join(directory, bundleName(at, 'n', 'j', 'c')), 'x'.repeat(100));
  expect(await counted((begin) => begin(directory).end())).toEqual([
    'claude_k8s_incident_bundles_total{result="written"} 1',
    'claude_k8s_incident_bundles_total{result="removed"} 2',
    expect.stringMatching(/^claude_k8s_incident_bundle_bytes_total{result="written"} \d+$/),
    'claude_k8s_incident_bundle_bytes_total{result="removed"} 200',
  ]);
});

test('what the memory had no room for is counted', async () => {
  const [dropped, ...more] = await counted(async (begin) => begin(directory).hear(30_000));
  expect(more).toEqual([]);
  const [, bytes] = /^claude_k8s_incident_memory_dropped_bytes_total (\d+)$/.exec(dropped ?? '') ?? [];
  expect(Number(bytes)).toBeGreaterThanOrEqual(30_000);
});
