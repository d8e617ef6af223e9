import { type LogEntry, processLogEvents } from './log-catalogue.ts';
import type { Meters } from './meters.ts';
import type { Problem } from './problems.ts';

/** The state of the telemetry of this process: a gauge for each problem, and one log event when it appears. */
export interface Health {
  /** What is wrong, as a sentence; undefined when it is well (again). */
  report(problem: Problem, sentence: string | undefined): void;
  /** What is wrong now. */
  problems(): readonly string[];
}

export function createHealth(meters: Meters, tell: (entry: LogEntry, reason: string, detail: string) => void): Health {
  const wrong = new Map<Problem, string>();
  return {
    report(problem, sentence) {
      if (wrong.get(problem) === sentence) return;
      meters.sample('problems', { problem }, sentence === undefined ? 0 : 1);
      if (sentence === undefined) {
        wrong.delete(problem);
        return;
      }
      wrong.set(problem, sentence);
      tell(processLogEvents.problem, problem, sentence);
    },
    problems: () => [...wrong.values()],
  };
}
