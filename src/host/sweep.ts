import { type Clock, idleClock } from '../engine/clock.ts';
import { namespaceOf } from '../prepare/namespace.ts';
import { type Shared, sharedHost } from './shared.ts';

/** The host has its own things to do when it starts. */
const afterMs = 2_000;

/**
 * Jobs that an earlier process left are looked for when the adapter was loaded, where its account is at home; in other
 * namespaces from their first run or check on. Without a cluster there is nothing to look at, and nothing is said.
 */
export function sweepWhenLoaded(host: () => Shared = sharedHost, clock: Clock = idleClock): void {
  clock.at(clock.now() + afterMs, () => {
    const { site, env } = host();
    const opened = site(undefined);
    if (!opened.ok) return;
    const { runtime, namespace } = opened.site;
    runtime.leftBehind.sweep(namespaceOf({ namespace: undefined }, env, namespace));
  });
}
