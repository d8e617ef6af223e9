import { runCommandLine } from '../../src/cli/program.ts';

/** Runs command lines, given as JSON, in a process of its own; prints how each went and by how many bytes the process grew. */
const lines: string[][] = JSON.parse(process.argv[2] ?? '[]');
const ended: { code: number; out: string; err: string }[] = [];
const before = process.memoryUsage.rss();
for (const line of lines) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(line, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    raw: (text) => void out.push(text),
    status: () => {},
    live: false,
    input: async () => '',
    whenClosed: () => undefined,
    inputIsTerminal: false,
  });
  ended.push({ code, out: out.join('\n'), err: err.join('\n') });
  // What one command let go of is not held by the next.
  globalThis.gc?.();
}
const grown = process.resourceUsage().maxRSS * 1024 - before;
process.stdout.write(JSON.stringify({ ended, grown }));
