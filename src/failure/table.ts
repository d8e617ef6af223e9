import { type Cause, type CauseClass, causes } from './causes.ts';
import { failures } from './codes.ts';
import type { FailureClass } from './failure-class.ts';

export { type Cause, type CauseClass, causes } from './causes.ts';
export { failures } from './codes.ts';
export type { ErrorFamily, FailureClass } from './failure-class.ts';

/** The one table of codes and causes: error types, metric series, messages, runbook and documentation come from it. */
export type FailureCode = keyof typeof failures;

/** Codes that once existed. A name in this list can never be used again. */
export const retired: readonly string[] = [];

export const failureCodes = Object.keys(failures).filter(isFailureCode);

export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(failures, text);
}

/** What a code and its reachable causes mean, in words. */
export function describe(
  code: FailureCode,
): FailureClass & { code: FailureCode; because: readonly ({ cause: Cause } & CauseClass)[] } {
  const entry: FailureClass = failures[code];
  return { code, ...entry, because: entry.causes.map((cause) => ({ cause, ...causes[cause] })) };
}

/** Whether a verdict may carry the pair: a code with causes always has one of them, a code without has null. */
export function isReachable(code: FailureCode, cause: Cause | null): boolean {
  const reachable: readonly Cause[] = failures[code].causes;
  return cause === null ? reachable.length === 0 : reachable.includes(cause);
}

export interface Series {
  code: FailureCode;
  cause: Cause | 'none';
}

/** Every reachable pair of code and cause, once, as metric labels; `none` stands for a code that has no causes. */
export function series(): readonly Series[] {
  return failureCodes.flatMap((code): Series[] => {
    const reachable: readonly Cause[] = failures[code].causes;
    return reachable.length === 0 ? [{ code, cause: 'none' }] : reachable.map((cause) => ({ code, cause }));
  });
}
