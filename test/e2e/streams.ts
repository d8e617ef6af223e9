import { expect } from 'vitest';
import type { Started } from './start.ts';

/** No moment with two log streams: an attempt begins after the one before has ended. */
export function expectOneStream(run: Started): void {
  let open = 0;
  for (const { type } of run.transitions) {
    if (type === 'attempt_started') expect(++open).toBe(1);
    if (type === 'attempt_ended') open--;
  }
}
