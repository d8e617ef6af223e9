#!/usr/bin/env node
import { exitCode } from './exit-code.ts';
import { terminalPrinter } from './print.ts';
import { runCommandLine } from './program.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), terminalPrinter());
// What still waits for an answer of the cluster must not hold up a process that was told to end.
if (process.exitCode === exitCode.handedOver) process.exit();
