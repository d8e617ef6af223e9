import { expect, test } from 'vitest';
import { ownNamespace } from '../namespace.ts';
import { content, init, result, steps } from '../script.ts';
import { verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-long');
const lines = 300;
const line = `printf '{"type":"user","n":%d,"text":"\\342\\202\\254 line"}\\n' $n`;
const work = `n=0; while [ $n -lt ${lines} ]; do ${line}; n=$((n+1)); usleep 3600000; done`;

test('an agent that says a line every few seconds for 18 minutes', { timeout: 1_400_000 }, async () => {
  const { run } = await verdictOf({ namespace, fake: steps(init, content, work, result) }, { code: null });
  expect(run.lines()).toHaveLength(lines + 3);
});
