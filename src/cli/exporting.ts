import { systemClock } from '../engine/clock.ts';
import { adapterVersion } from '../prepare/version.ts';
import { type OtlpExport, startOtlpExport } from '../telemetry/otlp-export.ts';
import { exitCode } from './exit-code.ts';
import type { Printer } from './print.ts';

/** Does the work with the exporters that the environment asks for. Whatever they do, the work is the same. */
export async function exporting<T>(printer: Printer, work: () => Promise<T>): Promise<T> {
  const exports = await startExports(printer);
  if (exports === undefined) return work();
  const finish = async () => {
    const trouble = await exports.finish();
    if (trouble !== undefined) printer.err(`warning: ${trouble}`);
  };
  const crashed = (error: unknown) => {
    printer.status(undefined);
    printer.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    void finish().then(() => process.exit(exitCode.failed));
  };
  process.on('uncaughtException', crashed);
  try {
    return await work();
  } finally {
    await finish();
    process.off('uncaughtException', crashed);
  }
}

async function startExports(printer: Printer): Promise<OtlpExport | undefined> {
  try {
    return await startOtlpExport({ service: 'claude-k8s', version: adapterVersion, clock: systemClock });
  } catch (error) {
    printer.err(
      `warning: telemetry: it can not be exported: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}
