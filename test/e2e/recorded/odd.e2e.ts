import { describe, test } from 'vitest';
import { startGate } from '../gate.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, mortal, result, steps } from '../script.ts';
import { kubectl, until } from '../tools.ts';
import { podOf, verdictOf } from '../verdict.ts';

const namespace = ownNamespace('agents-odd');
const works = { namespace, fake: steps(init, content, 'sleep 2', result) };

/** Verdicts that no other test comes to. */
describe.concurrent('a run', () => {
  test('of an agent whose id has no letter', async () => {
    await verdictOf({ ...works, run: { agentId: '---' } }, { code: 'k8s_agent_id_invalid', job: 'none' });
  });

  test('that is to come back to a Job that is not there', async () => {
    const start = { as: 'attach', job: 'no-such-job', cursor: undefined } as const;
    await verdictOf({ ...works, run: { start } }, { code: 'k8s_pod_reattach_failed', cause: 'unknown', job: 'none' });
  });

  test('whose API never answers for Jobs', { timeout: 400_000 }, async () => {
    const gate = await startGate();
    gate.hold(({ url }) => url.includes('/jobs'), new Promise(() => undefined));
    const expected = { code: 'k8s_concurrency_guard_unreachable', cause: 'api_unreachable', job: 'none' } as const;
    await verdictOf({ ...works, kubeconfig: gate.kubeconfig }, expected);
    await gate.close();
  });

  test('whose configuration file was written by two at once', async () => {
    const says = `echo 'Claude configuration file at /paperclip/.claude.json is corrupted: JSON Parse error: Unexpected EOF' >&2`;
    const input = { namespace, fake: steps(init, content, says, 'exit 1') };
    await verdictOf(input, { code: 'claude_truncated', cause: 'claude_config_corrupt', exitCode: 1 });
  });

  test('whose pod is deleted before its log was read', async () => {
    const gate = await startGate();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    gate.hold(({ url }) => url.includes('/log?'), gone);
    const input = { namespace, fake: steps(mortal, init, content, 'sleep 1', result), kubeconfig: gate.kubeconfig };
    await verdictOf(input, { code: 'claude_output_unparseable', cause: 'log_gap', exitCode: 0 }, async (run) => {
      await until('the exit', () => run.transitions.some(({ type }) => type === 'container_ended'));
      const pod = await podOf(run);
      await kubectl('-n', namespace, 'delete', 'pod', pod.metadata.name, '--wait=true');
      resolve();
    });
    await gate.close();
  });
});
