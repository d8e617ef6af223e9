import { systemClock } from '../engine/clock.ts';
import type { Written } from '../record/recording.ts';
import type { Printer } from './print.ts';

/** Who told the process to end waits for some 10 s, and the run itself may have had 4 of them. */
const patience = { done: 10_000, leaving: 4_000 } as const;

/** Waits for a recording and says where it is, or why it is not. A disk that does not answer holds up nobody for long. */
export async function tellRecording(
  end: Promise<Written> | undefined,
  when: keyof typeof patience,
  printer: Printer,
): Promise<void> {
  if (end === undefined) return;
  const ms = patience[when];
  const { promise: tooLong, resolve } = Promise.withResolvers<Written>();
  const cancel = systemClock.at(systemClock.now() + ms, () =>
    resolve({ error: `the incident is not written after ${ms / 1000} s: it is left` }),
  );
  const written = await Promise.race([end, tooLong]);
  cancel();
  if (written === undefined) return;
  printer.err('path' in written ? `recorded: ${written.path}` : `warning: ${written.error}`);
}
