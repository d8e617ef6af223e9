import type { Transition } from '../../../src/run/transition.ts';
import type { WireCall } from '../wire-log.ts';

/** No moment with two log streams, each attempt told is a request made, and none is left open. */
export function brokenStreams(transitions: readonly Transition[], wire: readonly WireCall[]): string[] {
  let open = 0;
  let most = 0;
  for (const { type } of transitions) {
    if (type === 'attempt_started') most = Math.max(most, ++open);
    if (type === 'attempt_ended') open--;
  }
  const told = transitions.filter(({ type }) => type === 'attempt_started').length;
  const made = wire.filter(({ resource }) => resource === 'pods/log').length;
  const unended = wire.filter(({ how }) => how === 'open').length;
  return [
    ...(most <= 1 ? [] : [`streams: ${most} log streams at one moment`]),
    ...(told === made ? [] : [`streams: ${told} attempts told, ${made} requests made`]),
    ...(unended === 0 ? [] : [`streams: ${unended} request(s) never ended`]),
  ];
}
