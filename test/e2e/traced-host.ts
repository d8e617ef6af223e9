import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { NodeSDK, resources } from '@opentelemetry/sdk-node';
import { execute } from '../../src/host/execute.ts';
import { createShared } from '../../src/host/shared.ts';
import { contextOf } from '../host/ctx.ts';

/**
 * A host of its own process with an SDK, as its environment says, and one run below TRACEPARENT: what the run is given
 * stands in the first argument. It tells JSON lines, and stays to be scraped until it is ended.
 */
const tell = (event: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(event)}\n`);

const sdk = new NodeSDK({ resourceDetectors: [resources.envDetector] });
sdk.start();
process.on('SIGTERM', () => void sdk.shutdown().finally(() => process.exit(0)));

const shared = createShared();
const metrics = await shared.metrics;
if (!metrics.serving) throw new Error(metrics.error);
tell({ metrics: metrics.url });

const onLog = async (_stream: string, log: string) => void tell({ log });
const { ctx } = contextOf({ ...JSON.parse(process.argv[2] ?? ''), onLog });
const above = propagation.extract(ROOT_CONTEXT, { traceparent: process.env.TRACEPARENT });
const answer = await context.with(above, () => execute(ctx, shared));
tell({ answer });
// Whoever started it has not gone away.
process.stdin.resume();
