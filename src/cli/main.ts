#!/usr/bin/env node
import { terminalPrinter } from './print.ts';
import { runCommandLine } from './program.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), terminalPrinter());
