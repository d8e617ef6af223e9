import { nearest } from '../config/nearest.ts';
import { describe, type FailureCode, failureCodes, isFailureCode } from '../failure/table.ts';

/** The table of error codes: all of them, or one with its causes. `undefined` when there is no such code. */
export function errorsText(code: string | undefined, json: boolean): string | undefined {
  if (code === undefined) {
    const rows = failureCodes.map(describe);
    return json ? JSON.stringify(rows, null, 2) : table(failureCodes);
  }
  if (!isFailureCode(code)) return undefined;
  return json ? JSON.stringify(describe(code), null, 2) : detail(code);
}

/** What to say of a code that does not exist. */
export function noSuchError(code: string): string {
  const near = nearest(code, failureCodes);
  return `error: no error code "${code}"${near === undefined ? '; `claude-k8s errors` lists them' : `; did you mean ${near}?`}`;
}

function table(codes: readonly FailureCode[]): string {
  const width = Math.max(...codes.map((code) => code.length));
  return codes.map((code) => `${code.padEnd(width)}  ${describe(code).title}`).join('\n');
}

function detail(code: FailureCode): string {
  const entry = describe(code);
  const causes = entry.because.map(({ cause, meaning, remedy }) => `  ${cause}\n    ${meaning}\n    ${remedy}`);
  return [
    `${code}: ${entry.title}`,
    '',
    entry.meaning,
    `What to do: ${entry.remedy}`,
    `Phase: ${entry.phase}. Severity: ${entry.severity}. Look first at: ${entry.blame}.`,
    ...(causes.length === 0 ? [] : ['', 'Causes:', ...causes]),
  ].join('\n');
}
