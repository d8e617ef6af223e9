/** The only writer to the terminal. A reader that went away (`| head`) ends the output, not the program with a stack trace. */
export interface Printer {
  out(text: string): void;
  err(text: string): void;
}

export function terminalPrinter(): Printer {
  const quietly = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  };
  process.stdout.on('error', quietly);
  process.stderr.on('error', quietly);
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  };
}
