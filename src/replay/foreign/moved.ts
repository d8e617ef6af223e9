import type { History } from '../history/history.ts';
import type { OwnWrites } from '../world/own-writes.ts';

export interface Recording {
  history: History;
  own: OwnWrites;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * The recording as if it had begun at another time. An adapter that has the machine's clock would take a pod of last month for
 * a very old one.
 */
export function movedTo({ history, own }: Recording, startedAt: number): Recording {
  const by = startedAt - history.startedAt;
  const move = (at: number) => at + by;
  const text = (value: string) => (instant.test(value) ? later(value, by) : value);
  return {
    history: {
      ...history,
      startedAt,
      endedAt: move(history.endedAt),
      happenings: history.happenings.map((one) => ({ ...one, at: move(one.at), change: everywhere(one.change, text) })),
      logs: history.logs.map((log) => ({
        ...log,
        ...(log.endedAt !== undefined && { endedAt: move(log.endedAt) }),
        lines: log.lines.map((line) => ({
          ...line,
          at: move(line.at),
          stamp: line.stamp === undefined ? undefined : text(line.stamp),
        })),
      })),
      cuts: history.cuts.map((one) => ({ ...one, at: move(one.at) })),
      outages: history.outages.map((one) => ({ ...one, from: move(one.from), to: move(one.to) })),
      told: history.told.map((one) => ({ ...one, at: move(one.at) })),
    },
    own: { ...own, at: everyTime(own.at, move), asked: everyTime(own.asked, move) },
  };
}

function everyTime(times: OwnWrites['at'], move: (at: number) => number): OwnWrites['at'] {
  return Object.fromEntries(Object.entries(times).map(([write, at]) => [write, move(at)]));
}

/** Whole seconds stay whole, nanoseconds stay as they are. */
function later(stamp: string, by: number): string {
  const fraction = stamp.slice(19, -1);
  const whole = new Date(Date.parse(`${stamp.slice(0, 19)}Z`) + Math.round(by / 1000) * 1000);
  return `${whole.toISOString().slice(0, 19)}${fraction}Z`;
}

/** Every text in a JSON value. */
function everywhere<T>(value: T, change: (text: string) => string): T;
function everywhere(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => everywhere(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, everywhere(one, change)]));
}
