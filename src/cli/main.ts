#!/usr/bin/env node
import { exportedSignals } from '../telemetry/otlp-signals.ts';
import { exitCode } from './exit-code.ts';
import { tooOldNode } from './node-version.ts';
import { terminalPrinter } from './print.ts';

const printer = terminalPrinter();
const tooOld = tooOldNode(process.versions.node);
if (tooOld === undefined) {
  // Loaded only now: an older Node can't even load the libraries, and would say so in its own way.
  const { runCommandLine } = await import('./program.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2), printer);
} else {
  printer.err(tooOld);
  process.exitCode = exitCode.usage;
}
// What still waits for an answer of the cluster, or of a collector, must not hold up a process that has done its work.
if (process.exitCode === exitCode.handedOver || exportedSignals(process.env).length > 0) process.exit();
