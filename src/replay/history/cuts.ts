import type { EndFrame } from '../../record/frame.ts';
import type { StreamCut } from './history.ts';

/** Streams that one cause ends do not all end in the same ms. */
const sameCauseMs = 50;

/** One cause ends all streams of a kind, at about one time: that is one cut. In order. */
export function joinedCuts(cuts: readonly StreamCut[]): StreamCut[] {
  const joined: StreamCut[] = [];
  for (const cut of [...cuts].sort((one, other) => one.at - other.at)) {
    const same = joined.findLast((one) => kindOf(one) === kindOf(cut));
    if (same === undefined || cut.at - same.at > sameCauseMs) joined.push(cut);
  }
  return joined;
}

function kindOf({ stream, how, expired }: StreamCut): string {
  return `${stream} ${how} ${expired === true}`;
}

/** undici's words for a connection that was closed in the middle of an answer, and for one that was reset. */
export function deathOf({ error }: EndFrame): 'fin' | 'reset' {
  return error?.code === 'UND_ERR_SOCKET' || /terminated|other side closed/.test(error?.message ?? '')
    ? 'fin'
    : 'reset';
}
