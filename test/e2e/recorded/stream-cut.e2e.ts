import { expect, test } from 'vitest';
import { ownNamespace } from '../namespace.ts';
import { emit, says, steps } from '../script.ts';
import { start } from '../start.ts';
import { clusterTool, until } from '../tools.ts';
import { closeAndHold } from '../verdict.ts';

const namespace = ownNamespace('agents-demo');
const session = '6f0d9c1e-5b7a-4c35-9d2e-1f4b8a7c3e90';

/** A tool that is used and what comes back, as Claude Code writes them. */
function uses(id: string, name: string, input: Record<string, string>, output: string, seconds: number): string {
  const use = { type: 'tool_use', id, name, input };
  const came = { type: 'tool_result', tool_use_id: id, content: output };
  return steps(
    emit({ type: 'assistant', message: { id: `msg-${id}`, model: 'scripted', content: [use] }, session_id: session }),
    `sleep ${seconds}`,
    emit({ type: 'user', message: { role: 'user', content: [came] }, session_id: session }),
    'sleep 1',
  );
}

const usage = { input_tokens: 18_204, output_tokens: 1_377 };
const work = steps(
  emit({ type: 'system', subtype: 'init', session_id: session, model: 'scripted', tools: ['Read', 'Edit', 'Bash'] }),
  'sleep 1',
  says('The invoice total is wrong when the cart has two currencies. I look for where the sum is made.', 'msg-1'),
  'sleep 1',
  uses('toolu-1', 'Bash', { command: 'grep -rn sumOf src' }, 'src/cart.ts:41: return sumOf(lines)', 1),
  uses('toolu-2', 'Read', { file_path: 'src/cart.ts' }, '41: return sumOf(lines)  // adds cents of any currency', 2),
  says('sumOf adds cents whatever their currency is. Each line has to be converted first.', 'msg-2'),
  'sleep 2',
  uses('toolu-3', 'Edit', { file_path: 'src/cart.ts' }, 'src/cart.ts was updated', 2),
  says('Now the tests.', 'msg-3'),
  uses('toolu-4', 'Bash', { command: 'npm test' }, '1 failed, 47 passed: rounds half a cent up', 3),
  says('One test expects to round once, at the end. I move the rounding out of the conversion.', 'msg-4'),
  uses('toolu-5', 'Edit', { file_path: 'src/cart.ts' }, 'src/cart.ts was updated', 1),
  uses('toolu-6', 'Bash', { command: 'npm test' }, '48 passed', 3),
  emit({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result:
      'Totals with two currencies are right now: each line is converted, and the sum is rounded once. 48 tests pass.',
    session_id: session,
    num_turns: 7,
    duration_ms: 21_000,
    total_cost_usd: 0.0931,
    usage,
  }),
);

test('the kubelet is restarted while the agent works, and no line is lost', async () => {
  const run = await start(
    { namespace, fake: work, run: { agentId: 'scout', taskId: 'invoice-total' } },
    { output: 'kept' },
  );
  await until('the half of it', () => run.lines().length >= 8);
  await clusterTool('kubelet', 'restart');
  const outcome = await closeAndHold(run);
  expect(outcome.verdict.code).toBeNull();
  expect(run.lines()).toHaveLength(18);
  expect(outcome.evidence.log).toMatchObject({ complete: true, gaps: [] });
});
