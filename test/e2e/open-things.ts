import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { Clock } from '../../src/engine/clock.ts';

const whose = new AsyncLocalStorage<Set<Socket>>();

subscribe('undici:client:connected', (message) => {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return;
  if (message.socket instanceof Socket) whose.getStore()?.add(message.socket);
});

/** Sockets and timers of one run: those that were opened by what ran inside of `inside`. */
export interface OpenThings {
  inside<T>(work: () => T): T;
  clock: Clock;
  /** `opened` counts all sockets that there ever were. */
  count(): Record<'opened' | 'sockets' | 'timers', number>;
}

export function watchOpenThings(clock: Clock): OpenThings {
  const sockets = new Set<Socket>();
  const timers = new Set<object>();
  return {
    inside: (work) => whose.run(sockets, work),
    clock: {
      now: () => clock.now(),
      at(at, fn) {
        const timer = {};
        timers.add(timer);
        const cancel = clock.at(at, () => {
          timers.delete(timer);
          fn();
        });
        return () => {
          timers.delete(timer);
          cancel();
        };
      },
    },
    count: () => ({
      opened: sockets.size,
      sockets: [...sockets].filter(({ destroyed }) => !destroyed).length,
      timers: timers.size,
    }),
  };
}
