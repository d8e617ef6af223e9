import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, World } from '../engine/world.ts';
import { recordedProcess } from '../record/recorded.ts';
import { atWork, type LoopbackIncident, loopbackIncidents } from './loopback-incidents.ts';

/** `node test/replay/make-incidents.ts [part of a folder's name]`: records the incidents of the loopback API again. */
const fixtures = join(import.meta.dirname, '../../fixtures/incidents');

async function make({ folder, about, before, during }: LoopbackIncident): Promise<void> {
  const world = await World.start(() => {}, 20);
  const directory = join(tmpdir(), `incident-${process.pid}-${folder.replaceAll('/', '-')}`);
  try {
    const host = recordedProcess(world, {}, directory);
    before?.(world);
    const run = await world.run(host);
    const pass = (ms: number) => {
      const end = world.clock.now() + ms;
      return until(`${ms} ms later`, () => world.clock.now() >= end);
    };
    if (during !== undefined) await during({ world, run, pod: await atWork(world, run), pass });
    const { verdict } = await run.handle.outcome;
    const written = await host.written[0];
    if (written === undefined || 'error' in written) throw new Error(`not written: ${written?.error}`);
    const target = join(fixtures, folder);
    await mkdir(target, { recursive: true });
    await copyFile(written.path, join(target, 'bundle.ndjson.zst'));
    await chmod(join(target, 'bundle.ndjson.zst'), 0o644);
    await writeFile(join(target, 'expected.json'), `${JSON.stringify({ about }, null, 2)}\n`);
    process.stdout.write(`${folder}: ${verdict.code} / ${verdict.cause} (${verdict.exitCode}): ${verdict.message}\n`);
  } finally {
    await world.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const [only = ''] = process.argv.slice(2);
for (const incident of loopbackIncidents) if (incident.folder.includes(only)) await make(incident);
