import { driftIn, mend } from './drift.ts';
import { outputs } from './outputs.ts';

/**
 * Writes what code makes of the catalogues into this folder, and names what changed. With `--check` it writes nothing,
 * names what differs from what would be made, and exits with 1.
 */
const [flag, ...rest] = process.argv.slice(2);
if ((flag !== undefined && flag !== '--check') || rest.length > 0) {
  process.stderr.write(`dashboards/main.ts: expected --check or nothing, got ${process.argv.slice(2).join(' ')}\n`);
  process.exitCode = 2;
} else {
  const check = flag === '--check';
  const drift = (check ? driftIn : mend)(import.meta.dirname, outputs());
  for (const { path, how } of drift) process.stdout.write(`dashboards/${path}: ${check ? how : `was ${how}`}\n`);
  if (check && drift.length > 0) process.exitCode = 1;
}
