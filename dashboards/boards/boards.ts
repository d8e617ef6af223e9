import type { Output } from '../output.ts';
import { boardUids } from '../places.ts';
import { api } from './api.ts';
import { classic } from './classic.ts';
import type { Board } from './model.ts';
import { overview } from './overview.ts';
import { run } from './run.ts';
import { scheduling } from './scheduling.ts';
import { streams } from './streams.ts';
import { telemetry } from './telemetry.ts';
import { truncation } from './truncation.ts';
import { manifest } from './v2.ts';

/** All boards, in the order in which somebody on call needs them. */
export const boards: readonly Board[] = [overview, truncation, streams, scheduling, api, run, telemetry];

/** Each board in both forms. */
export function boardFiles(): readonly Output[] {
  return boards.flatMap((board) => [
    { path: `grafana/${boardUids[board.key]}.json`, text: json(classic(board)) },
    { path: `grafana/v2/${boardUids[board.key]}.json`, text: json(manifest(board)) },
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
