import { afterEach, expect, test } from 'vitest';
import { Cutter, type Where } from '../cutter.ts';
import { startGate } from '../gate.ts';
import { ownNamespace } from '../namespace.ts';
import { startProxy } from '../proxy.ts';
import { recovered } from '../recovered.ts';
import { content, init, result, steps } from '../script.ts';
import type { Started } from '../start.ts';
import { clusterTool, until } from '../tools.ts';
import { verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-streams');
afterEach(() => recovered(namespace), 240_000);
const fake = (...parts: string[]) => ({ namespace, fake: steps(...parts) });

/** Numbered lines with a character of several bytes, at a pace of `perSecond`. */
function counting(seconds: number, perSecond = 5): string {
  const pause = perSecond === 0 ? ':' : `usleep ${Math.round(1_000_000 / perSecond)}`;
  const line = `printf '{"type":"user","n":%d,"text":"\\342\\202\\254 line"}\\n' $n`;
  return `n=0; while [ $n -lt ${seconds * perSecond} ]; do ${line}; n=$((n+1)); ${pause}; done`;
}

function expectCounted(run: Started, lines: number): void {
  const counted = run.lines().flatMap((line) => {
    const parsed = JSON.parse(line);
    return typeof parsed.n === 'number' ? [parsed.n] : [];
  });
  expect(counted).toEqual(Array.from({ length: lines }, (_, n) => n));
  expect(run.text()).not.toContain('\ufffd');
}

const counted = (run: Started) => run.lines().length;

test('the kubelet is restarted twice in mid-stream', async () => {
  const { run, outcome } = await verdictOf(
    fake(init, content, counting(40), result),
    { code: null },
    async (during) => {
      await until('lines', () => counted(during) > 20);
      await clusterTool('kubelet', 'restart');
      const before = counted(during);
      await until('lines after it', () => counted(during) > before + 20);
      await clusterTool('kubelet', 'restart');
    },
  );
  expectCounted(run, 200);
  expect(outcome.evidence.log).toMatchObject({ complete: true, gaps: [] });
}, 300_000);

test('a proxy cuts every connection 20 times, cleanly and by reset', async () => {
  const proxy = await startProxy();
  const input = { ...fake(init, content, counting(30, 20), result), kubeconfig: proxy.kubeconfig };
  const { run } = await verdictOf(input, { code: null }, async (during) => {
    await until('lines', () => counted(during) > 10);
    for (let cut = 0; cut < 20; cut++) {
      const before = counted(during);
      proxy.cut(cut % 2 === 0 ? 'rst' : 'fin');
      await until(`lines after cut ${cut}`, () => counted(during) > before, 30);
    }
  });
  await proxy.close();
  expectCounted(run, 600);
}, 300_000);

const wheres: readonly Where[] = [
  'in the stamp',
  'in the text',
  'in a character of 3 bytes',
  'in a character of 4 bytes',
  'between two lines',
];
/** 20 cuts: each place twice by a clean end and twice by a reset. */
const cuts = (['reset', 'end', 'reset', 'end'] as const).flatMap((how) => wheres.map((where) => ({ where, how })));
const wide = '\\342\\202\\254 \\360\\235\\204\\236 \\346\\274\\242\\345\\255\\227 \\360\\237\\230\\200';

test('20 cuts at an exact byte: in a line, in a stamp, in a character', async () => {
  const gate = await startGate();
  const cutter = new Cutter(cuts);
  gate.relay(
    ({ url }) => url.includes('/log?') && url.includes('follow=true'),
    (answer, client) => cutter.relay(answer, client),
  );
  const line = `printf '{"type":"user","n":%d,"text":"${wide} line"}\\n' $n`;
  const work = `n=0; while [ $n -lt 1200 ]; do ${line}; n=$((n+1)); usleep 50000; done`;
  const input = { ...fake(init, content, work, result), kubeconfig: gate.kubeconfig };
  const { run, outcome } = await verdictOf(input, { code: null });
  await gate.close();
  expectCounted(run, 1200);
  expect(run.lines().filter((one) => one.includes('€ 𝄞 漢字 😀 line'))).toHaveLength(1200);
  expect(outcome.evidence.log).toMatchObject({ complete: true, gaps: [] });
  expect(cutter.done.map(({ where, how }) => ({ where, how }))).toEqual(cuts);
  const torn = cutter.done.filter(({ tail }) => tail.toString('utf8').endsWith('\ufffd'));
  expect(torn.map(({ where }) => where)).toEqual(
    cuts.flatMap(({ where }) => (where.startsWith('in a character') ? [where] : [])),
  );
  // And that is where the client's bytes ended: nothing on the way has rounded a cut to a line.
  const got = run.wire.flatMap(({ verb, status, bytes }) => (verb === 'follow' && status === 200 ? [bytes] : []));
  expect(got.slice(0, cuts.length)).toEqual(cutter.done.map(({ bytes }) => bytes));
}, 300_000);

test('the read that proves the log complete is cut in a character, cleanly', async () => {
  const gate = await startGate();
  const cutter = new Cutter([{ where: 'in a character of 3 bytes', how: 'end' }]);
  gate.relay(
    ({ url }) => url.includes('/log?') && !url.includes('follow=true'),
    (answer, client) => cutter.relay(answer, client),
  );
  const input = { ...fake(init, content, counting(3, 20), result), kubeconfig: gate.kubeconfig };
  const { run, outcome } = await verdictOf(input, { code: null });
  await gate.close();
  expect(cutter.done).toHaveLength(1);
  expectCounted(run, 60);
  expect(outcome.evidence.log).toMatchObject({ complete: true, gaps: [] });
});

test('the log rotates while it is followed', async () => {
  const padded = `n=0; pad=$(head -c 1000 /dev/zero | tr '\\0' x); while [ $n -lt 6000 ]; do printf '{"type":"user","n":%d,"pad":"%s"}\\n' $n "$pad"; n=$((n+1)); [ $((n % 300)) = 0 ] && sleep 1; done`;
  const { run, outcome } = await verdictOf(fake(init, content, padded, result), { code: null });
  // Two or three rotations of 1 Mi passed; followed live, nothing is lost, or what is lost has a name.
  if (outcome.evidence.log.gaps.length === 0) expectCounted(run, 6000);
  else expect(outcome.verdict.notes.join('\n')).toMatch(/gap/);
}, 300_000);

test('the API server is away for 120 s in mid-stream', async () => {
  const { run } = await verdictOf(fake(init, content, counting(160, 2), result), { code: null }, async (during) => {
    await until('lines', () => counted(during) > 10);
    await away(120);
  });
  expectCounted(run, 320);
  expect(run.text()).toMatch(/the Kubernetes API has not answered for/);
}, 400_000);

test('the API server is away for 120 s across the exit of the container', async () => {
  const { run } = await verdictOf(fake(init, content, counting(20, 2), result), { code: null }, async (during) => {
    await until('lines', () => counted(during) > 10);
    await away(120);
  });
  expectCounted(run, 40);
}, 400_000);

test('the API server goes away during create, for 120 s', async () => {
  const { run } = await verdictOf(fake(init, content, result), { code: null }, async (during) => {
    await until('the create', () => during.transitions.some((t) => t.type === 'phase_entered' && t.phase === 'create'));
    await away(120);
  });
  expect(run.lines()).toHaveLength(3);
}, 400_000);

async function away(seconds: number): Promise<void> {
  await clusterTool('apiserver', 'stop');
  try {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  } finally {
    await clusterTool('apiserver', 'start');
  }
}
