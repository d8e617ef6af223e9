import { followHeard } from './follow-ours.ts';
import { Meter } from './meter.ts';
import { registerSdk } from './sdk.ts';
import { SwitchedTelemetry } from './switched-telemetry.ts';

/** Reads one log, and telemetry hears of it by turns: what differs is the telemetry and nothing else. */
const [sdk = '', url = '', stretchBytes = ''] = process.argv.slice(2);
if (sdk === 'sdk') registerSdk();
const telemetry = new SwitchedTelemetry(Number(stretchBytes));
await followHeard(url, new Meter(), (seen) => telemetry.hear(seen));
process.send?.(telemetry.stretches);
process.disconnect?.();
