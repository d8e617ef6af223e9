import { visible } from '../explain/visible.ts';

/** The only writer to the terminal. A reader that went away (`| head`, a closed terminal) ends the output, not the program with a stack trace. */
export interface Printer {
  out(text: string): void;
  /** What it quotes of bundles and clusters can not move the cursor. */
  err(text: string): void;
  /** Output as it is, without a newline of ours. */
  raw(text: string): void;
  /** A live line below everything else, on a terminal only; undefined takes it away. */
  status(text: string | undefined): void;
  /** Calls once when the reader of standard output went away, or has gone already. */
  whenClosed(tell: () => void): void;
  /** Whether `status` shows anything. */
  readonly live: boolean;
  /** Everything of standard input. */
  input(): Promise<string>;
  readonly inputIsTerminal: boolean;
}

const eraseLine = '\r\u001b[2K';

export function terminalPrinter(): Printer {
  const { stdout, stderr, stdin } = process;
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const quietly = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  };
  stdout.on('error', (error) => {
    quietly(error);
    close();
  });
  stderr.on('error', quietly);
  const live = stderr.isTTY === true;
  let shown: string | undefined;
  const below = (write: () => void) => {
    if (shown !== undefined) stderr.write(eraseLine);
    write();
    if (shown !== undefined) stderr.write(shown);
  };
  return {
    out: (text) => below(() => void stdout.write(`${text}\n`)),
    err: (text) => below(() => void stderr.write(`${visible(text)}\n`)),
    raw: (text) => below(() => void stdout.write(text)),
    status(text) {
      if (!live || text === shown) return;
      if (shown !== undefined) stderr.write(eraseLine);
      shown = text && visible(text.replaceAll(/\s+/g, ' ')).slice(0, Math.max(20, (stderr.columns || 80) - 1));
      if (shown !== undefined) stderr.write(shown);
    },
    async input() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString('utf8');
    },
    whenClosed: (tell) => void closed.then(tell),
    live,
    inputIsTerminal: stdin.isTTY === true,
  };
}
