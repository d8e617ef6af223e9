import type { Frame } from '../../record/frame.ts';
import { type Reference, verdictOf, wholeVerdict } from './judge.ts';

/** The recorded run itself, as far as its bundle tells. Undefined when it has no verdict: the bundle was cut. */
export function recordedReference(frames: Iterable<Frame>): Reference | undefined {
  const requests: Record<string, number> = {};
  const steps: Reference['steps'][number][] = [];
  let delivered = 0;
  let build = '';
  let diagnosis: unknown;
  for (const frame of frames) {
    if (frame.f === 'header') build = frame.build;
    // The version is asked for before a run begins.
    if (frame.f === 'request' && frame.resource !== 'version') {
      const call = `${frame.verb === 'follow' ? 'get' : frame.verb} ${frame.resource}`;
      requests[call] = (requests[call] ?? 0) + 1;
    }
    if (frame.f === 'decision') {
      steps.push({ ...frame.transition });
      if (frame.transition.type === 'output') delivered += frame.transition.lines;
    }
    if (frame.f === 'footer') diagnosis = frame.diagnosis;
  }
  if (diagnosis === undefined) return undefined;
  return {
    name: `the recording of build ${build}`,
    verdict: verdictOf(diagnosis),
    tells: wholeVerdict,
    steps,
    delivered,
    requests,
    counters: undefined,
  };
}
