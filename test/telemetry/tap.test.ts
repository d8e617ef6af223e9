import { expect, test } from 'vitest';
import { movedBy } from './exposition.ts';
import { happy, start } from './stories.ts';

function broken(): never {
  throw new Error('a listener of somebody else');
}

test('what a listener throws reaches neither the run nor the others, and is counted', async () => {
  const heard: string[] = [];
  const moved = await movedBy((telemetry) => {
    const listeners = { host: broken, stranger: broken, status: (t: { type: string }) => heard.push(t.type) };
    const { listener } = telemetry.run({ runId: 'r1', at: start, listeners });
    for (const transition of happy) listener(transition);
  });
  expect(heard).toEqual(happy.map(({ type }) => type));
  expect(moved.split('\n').filter((line) => line.includes('telemetry'))).toEqual([
    `claude_k8s_telemetry_listener_errors_total{listener="host"} ${happy.length}`,
    `claude_k8s_telemetry_listener_errors_total{listener="_OTHER"} ${happy.length}`,
    `claude_k8s_telemetry_label_overflows_total{metric="claude_k8s_telemetry_listener_errors_total"} ${happy.length}`,
  ]);
});
