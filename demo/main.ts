import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { terminalPrinter } from '../src/cli/print.ts';
import { runCommandLine } from '../src/cli/program.ts';
import { BundleError } from '../src/record/read-bundle.ts';
import { countersIn } from '../src/replay/judge/counters.ts';
import { openIncident } from './incident.ts';
import { chosenIncident, incidents } from './incidents.ts';
import { type OutputFolder, openOutput } from './output-folder.ts';
import { show, speedFor } from './show.ts';
import { traceTree } from './trace-tree.ts';

const usage = `npm run demo -- [--incident <name or file>] [--speed <times>] [--list]

One run of an agent through the real adapter, against a Kubernetes API within this process that plays a recorded incident.`;

const printer = terminalPrinter();
process.once('SIGINT', () => {
  printer.status(undefined);
  printer.err('interrupted');
  process.exit(130);
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      incident: { type: 'string' },
      speed: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return tell(usage);
  if (values.list) return tell((await incidents()).map(({ name, about }) => `${name}  ${about}`).join('\n'));
  const chosen = await chosenIncident(values.incident);
  const incident = await openIncident(chosen.path);
  const speed = values.speed === undefined ? speedFor(incident, 15) : Number(values.speed);
  if (!(speed > 0)) throw new RangeError(`--speed: expected a number above 0, got ${values.speed}`);
  const folder = join(import.meta.dirname, '..', 'demo-output');
  const output = await openOutput(folder);
  const { namespace, jobName } = incident.history.request;
  printer.out(`Playing ${chosen.name} at ${speed.toFixed(1)} times its speed`);
  printer.out(`Job ${jobName} in namespace ${namespace}\n`);
  const { result, spans, scrape } = await show(incident, speed, printer, folder);
  printer.out('\nThe verdict');
  printer.out(result.errorCode == null ? '  success' : `  ${result.errorCode}: ${result.errorMessage}`);
  printer.out('\nThe trace');
  for (const line of traceTree(spans)) printer.out(`  ${line}`);
  printer.out('\nThe counters that moved');
  for (const [series, value] of Object.entries(countersIn(scrape))) printer.out(`  ${series} ${value}`);
  await report(output);
  return 0;
}

/** The run was recorded itself, and its page is drawn from that recording. */
async function report({ page, bundle: recorded }: OutputFolder): Promise<void> {
  const bundle = await recorded();
  if (bundle === undefined) return printer.err('warning: the run was not recorded within 5 s, so there is no report');
  printer.out('\nThe report');
  await runCommandLine(['explain', bundle, '--html', page], { ...printer, out: () => undefined });
  printer.out(`  ${page}`);
  const short = relative(process.cwd(), bundle);
  printer.out(
    [
      '',
      'Go on',
      '  npm run demo -- --list    (other incidents)',
      '  npm run build',
      `  npm run -s claude-k8s -- explain ${short}`,
      `  npm run -s claude-k8s -- replay ${short}`,
      '  and on the cluster of your kubeconfig, with an image that holds Claude Code:',
      "  npm run -s claude-k8s -- run --image IMAGE --namespace NAMESPACE 'say hello'",
    ].join('\n'),
  );
}

function tell(text: string): number {
  printer.out(text);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const expected = error instanceof BundleError || error instanceof RangeError || 'code' in error;
    printer.err(`error: ${expected ? error.message : error.stack}`);
    process.exitCode = 2;
  },
);
