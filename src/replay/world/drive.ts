import { nextTurn } from '../../engine/clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** So many turns of the event loop without a stir: what was to happen by itself has happened. */
const quietTurns = 3;

/**
 * Lets a build run in virtual time until `over`, or until `until`: everything that follows from one moment comes to rest before
 * the next one begins, so that the same world gives the same run.
 * @returns how it ended; `idle`: nothing waits for anything any more
 */
export async function drive(
  clock: VirtualClock,
  { over, until }: { over: () => boolean; until: number },
): Promise<'over' | 'idle' | 'too-late'> {
  for (;;) {
    await rest(clock);
    if (over()) return 'over';
    if (clock.now() > until) return 'too-late';
    if (!clock.step()) return 'idle';
  }
}

async function rest(clock: VirtualClock): Promise<void> {
  let seen = clock.stirs;
  for (let quiet = 0; quiet < quietTurns; quiet++) {
    await new Promise<void>((resolve) => {
      nextTurn(resolve);
    });
    if (clock.stirs === seen) continue;
    seen = clock.stirs;
    quiet = -1;
  }
}
