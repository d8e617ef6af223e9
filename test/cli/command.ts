import { runCommandLine } from '../../src/cli/program.ts';

export interface Surroundings {
  input?: string;
  /** Standard input is a terminal. */
  terminal?: boolean;
  /** Standard error is one. */
  live?: boolean;
  /** Whoever reads standard output goes away at this text. */
  closedAt?: string;
  /** Called with each text for standard output and standard error. */
  onPrint?: (text: string) => void;
}

/** Runs a command line in this process and keeps what it prints. */
export async function command(argv: readonly string[], surroundings: Surroundings = {}) {
  const { input = '', terminal = false, live = false, onPrint, closedAt } = surroundings;
  const out: string[] = [];
  const err: string[] = [];
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const statuses: (string | undefined)[] = [];
  const code = await runCommandLine(argv, {
    out(text) {
      out.push(text);
      if (closedAt !== undefined && text.includes(closedAt)) close();
      onPrint?.(text);
    },
    err(text) {
      err.push(text);
      onPrint?.(text);
    },
    raw: (text) => void out.push(text.replace(/\n$/, '')),
    status: (text) => void statuses.push(text),
    whenClosed: (tell) => void closed.then(tell),
    live,
    input: async () => input,
    inputIsTerminal: terminal,
  });
  return { code, out: out.join('\n'), err: err.join('\n'), statuses };
}
