import type { Outcome } from '../../../src/run/outcome.ts';

/** What is said of a log that was not read to its end. */
const named = /log_gap|could not be proven complete/;

/** The delivered lines are those that the container wrote, once each and in order, or what is missing has a name. */
export function brokenLines(delivered: readonly string[], wrote: readonly string[], outcome: Outcome): string[] {
  const { log, container } = outcome.evidence;
  const notes = outcome.verdict.notes.filter((note) => named.test(note));
  if (log.complete && log.gaps.length === 0) return brokenWhole(delivered, wrote);
  if (log.gaps.length > 0) {
    return [...(notes.length > 0 ? [] : ['lines: a gap has no name in the notes']), ...brokenOrder(delivered, wrote)];
  }
  const goesOn = container.known !== 'terminated' && container.known !== 'gone';
  const missing = wrote.length - delivered.length;
  const silent = missing > 0 && !goesOn && notes.length === 0;
  return [
    ...(silent ? [`lines: ${missing} of ${wrote.length} are missing, and nothing says so`] : []),
    ...brokenWhole(delivered, wrote.slice(0, delivered.length)),
  ];
}

function brokenWhole(delivered: readonly string[], wrote: readonly string[]): string[] {
  const at = wrote.findIndex((line, i) => line !== delivered[i]);
  if (at < 0 && delivered.length === wrote.length) return [];
  const first = at < 0 ? wrote.length : at;
  return [
    `lines: ${delivered.length} delivered and ${wrote.length} written; from line ${first + 1} on ${shown(delivered[first])}, written ${shown(wrote[first])}`,
  ];
}

/** Each delivered line has a place of its own among the written ones, later than that of the line before it. */
function brokenOrder(delivered: readonly string[], wrote: readonly string[]): string[] {
  let from = 0;
  for (const [i, line] of delivered.entries()) {
    const at = wrote.indexOf(line, from);
    if (at < 0) return [`lines: line ${i + 1} is delivered twice, out of order or was never written: ${shown(line)}`];
    from = at + 1;
  }
  return [];
}

function shown(line: string | undefined): string {
  return line === undefined ? 'nothing' : JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}...` : line);
}
