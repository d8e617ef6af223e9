import { Command, CommanderError } from 'commander';
import { adapterVersion } from '../prepare/version.ts';
import { addBundle } from './bundle.ts';
import { addConfigFlags } from './config-flags.ts';
import { addDashboards } from './dashboards.ts';
import { addDoctor } from './doctor.ts';
import { errorsText, noSuchError } from './errors.ts';
import { exitCode, exitCodesText } from './exit-code.ts';
import { addExplain } from './explain.ts';
import { helpLayout } from './help-layout.ts';
import type { Printer } from './print.ts';
import { addReplay } from './replay.ts';
import { run } from './run.ts';
import type { RunFlags } from './run-options.ts';

/** Runs one command line (without `node` and the script) and says how the process should exit. */
export async function runCommandLine(argv: readonly string[], printer: Printer): Promise<number> {
  let code: number = exitCode.done;
  const program = new Command('claude-k8s')
    .description('Runs and diagnoses Claude Code agents as Kubernetes Jobs.')
    .version(adapterVersion)
    .exitOverride()
    .configureHelp(helpLayout)
    .showHelpAfterError('(claude-k8s --help lists the commands)')
    .configureOutput({
      writeOut: (text) => printer.out(text.trimEnd()),
      writeErr: (text) => printer.err(text.trimEnd()),
    })
    .addHelpText('after', `\n${exitCodesText}`);
  const end = (value: number) => {
    code = value;
  };
  addErrors(program, printer, end);
  addRun(program, printer, end);
  addRecord(program, printer, end);
  addDoctor(program, printer, end);
  addExplain(program, printer, end);
  addBundle(program, printer, end);
  addReplay(program, printer, end);
  addDashboards(program, printer, end);
  if (argv.length === 0) {
    printer.err(program.helpInformation().trimEnd());
    return exitCode.usage;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  }
  return code;
}

function addErrors(program: Command, printer: Printer, end: (code: number) => void): void {
  program
    .command('errors')
    .description('print the error codes a run can end with, or one code with its causes')
    .showHelpAfterError('(claude-k8s errors --help lists the flags)')
    .argument('[code]', 'an error code, such as claude_truncated')
    .option('--json', 'print JSON')
    .action((name: string | undefined, options: { json?: boolean }) => {
      const text = errorsText(name, options.json === true);
      if (text !== undefined) return printer.out(text);
      printer.err(noSuchError(name ?? ''));
      end(exitCode.usage);
    });
}

type Begin = (flags: RunFlags, keys: Map<string, unknown>) => Promise<number>;

function addRun(program: Command, printer: Printer, end: (code: number) => void): void {
  const command = program.command('run').description('run one agent on a cluster and follow it to its verdict');
  addRunFlags(command, end, (flags, keys) => run(flags, keys, printer));
}

/** Where nobody says otherwise. */
const incidents = 'incidents';

function addRecord(program: Command, printer: Printer, end: (code: number) => void): void {
  const command = program
    .command('record')
    .description(`run one agent and record the run, whatever comes of it: into --incident-dir, else ./${incidents}`);
  addRunFlags(command, end, (flags, keys) => {
    keys.set('recordIncidents', 'all');
    const { env } = process;
    const directory = env.CLAUDE_K8S_INCIDENT_DIR?.trim() || incidents;
    return run(flags, keys, printer, { ...env, CLAUDE_K8S_INCIDENT_DIR: directory });
  });
}

function addRunFlags(command: Command, end: (code: number) => void, begin: Begin): void {
  const again = (value: string, before: string[] = []) => [...before, value];
  const keys = new Map<string, unknown>();
  command
    .showHelpAfterError(`(claude-k8s ${command.name()} --help lists the flags)`)
    .allowExcessArguments()
    .argument('[prompt]', 'the prompt; - or none reads standard input')
    .option('--prompt-file <file>', 'read the prompt from a file')
    .option('--config <file>', 'YAML or JSON file of configuration keys; a flag wins over it')
    .option('--agent <id>', 'agent that the run belongs to: one living Job per agent. Default: one of its own')
    .option('--task <id>', 'task of the run: a Job that was left of the same agent and task is adopted')
    .option('--session <id>', 'resume this session of Claude Code')
    .option('--run-id <id>', 'id of the run. Default: a new one')
    .option('--secret-env <name>', 'pass this variable of our environment in a Secret; may be given again', again)
    .option('--attach <job>', 'come back to a Job instead of creating one')
    .option('--cursor <cursor>', 'with --attach: go on after the last line delivered')
    .option('--json', 'print the verdict with its evidence as JSON, nothing else')
    .option('--raw', "print the agent's output as it is (stream-json)")
    .option('--quiet', 'no status lines')
    .addHelpText('after', `\n${exitCodesText}`)
    .action(async (prompt: string | undefined, options: Omit<RunFlags, 'prompt'>) => {
      const words = command.args.length;
      if (words > 1) command.error(`error: prompt: expected one argument, got ${words}; put the prompt in quotes`);
      end(await begin({ prompt, ...options }, keys));
    });
  addConfigFlags(command, (key, value) => keys.set(key, value));
}
