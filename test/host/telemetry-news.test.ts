import { EventEmitter } from 'node:events';
import { context, propagation, trace } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/engine/clock.ts';
import { execute } from '../../src/host/execute.ts';
import { createShared } from '../../src/host/shared.ts';
import { contextOf } from './ctx.ts';

afterEach(() => {
  for (const one of [trace, context, propagation]) one.disable();
});

/** What a run, refused for its configuration, says in its log. */
async function saidBy(shared: ReturnType<typeof createShared>): Promise<string> {
  const { ctx, heard } = contextOf({ config: { timeoutSec: 'soon' } });
  await execute(ctx, shared);
  return heard.log;
}

test('what is wrong with the telemetry of the host is said once, by the first run after it is known', async () => {
  trace.setGlobalTracerProvider(new tracing.BasicTracerProvider());
  const env = { CLAUDE_K8S_METRICS_PORT: 'x', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  const shared = createShared({ clock: systemClock, env, host: new EventEmitter() });
  const first = await saidBy(shared);
  expect(first).toContain('[paperclip] warning: CLAUDE_K8S_METRICS_PORT: "x" is not a port');
  expect(first).toContain('[paperclip] warning: a tracer is registered in this process and no propagator');
  await expect.poll(() => shared.telemetry.health.problems().length).toBe(3);
  expect(await saidBy(shared)).toMatch(/^\[paperclip\] warning: telemetry is exported nowhere: 127\.0\.0\.1:1 cannot/);
  expect(await saidBy(shared)).toBe('');
  await shared.close();
});
