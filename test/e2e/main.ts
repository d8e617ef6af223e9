import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** `npm run e2e:cluster [-- --record[=folder] ...what vitest takes]`. */
const flag = /^--record(?:=(.+))?$/;
const args = process.argv.slice(2);
const record = args.map((arg) => flag.exec(arg)).find((found) => found !== null);
const env =
  record === undefined ? process.env : { ...process.env, CLAUDE_K8S_E2E_RECORD: resolve(record[1] ?? 'recorded') };
const rest = args.filter((arg) => !flag.test(arg));
const vitest = ['run', '--config', 'vitest.e2e.config.ts', ...rest];
process.exitCode = spawnSync('vitest', vitest, { stdio: 'inherit', env }).status ?? 1;
