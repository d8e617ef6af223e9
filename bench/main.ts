import { benchExits } from './exits.ts';
import { benchMemory, benchPace } from './follow.ts';
import { benchPackage } from './package.ts';
import { benchRecorder } from './recorder.ts';
import { benchReplay } from './replay.ts';
import { benchRequests } from './requests.ts';
import { benchTelemetry } from './telemetry.ts';

const benches = {
  requests: benchRequests,
  exits: benchExits,
  memory: benchMemory,
  pace: benchPace,
  recorder: benchRecorder,
  replay: benchReplay,
  telemetry: benchTelemetry,
  package: benchPackage,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
const known = Object.keys(benches).join(', ');
if (asked.includes('--help')) console.log(`npm run bench -- [name...]\n\nAll of them, or some of: ${known}.`);
else if (unknown.length > 0) {
  console.error(`error: no benchmark ${unknown.join(', ')}; known: ${known}`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(benches)) if (asked.length === 0 || asked.includes(name)) await bench();
}
