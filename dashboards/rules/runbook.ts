import { nextCommands } from '../../src/explain/next-commands.ts';
import { describe, type FailureCode, failureCodes } from '../../src/failure/table.ts';
import { boardUids } from '../places.ts';
import { alertGroups, alerts } from './alerts/alerts.ts';
import { bundlesOf, explain } from './commands.ts';
import type { Alert } from './model.ts';
import { notThat } from './not-that.ts';

/** A section for every alert, then one for every code that a run can end with. Headings are what links lead to. */
export function runbook(): string {
  const sections = [
    head,
    '# Alerts',
    ...Object.values(alertGroups).flatMap((group) => group.map(alertSection)),
    '# Error codes',
    codesIntro,
    ...failureCodes.map(codeSection),
  ];
  return `${sections.join('\n\n')}\n`;
}

function alertSection({ name, severity, summary, board, panel, runbook: guide, ...alert }: Alert): string {
  const codes = guide.codes ?? [];
  return [
    `## ${name}`,
    `**${summary}.** Severity ${severity}. ${guide.fires}`,
    list('Look at', [`Board \`${boardUids[board]}\`, panel "${panel}".`, ...guide.look]),
    commands(guide.run),
    list('It is not', guide.isNot),
    ...(codes.length === 0 ? [] : [`Verdicts: ${codes.map((code) => `[${code}](#${code})`).join(', ')}.`]),
    `\`\`\`promql\n${alert.expr}\n\`\`\``,
  ].join('\n\n');
}

function codeSection(code: FailureCode): string {
  const { title, meaning, remedy, severity, blame, retry, phase, because } = describe(code);
  const about = alerts.filter(({ runbook: { codes } }) => codes?.includes(code));
  return [
    `## ${code}`,
    `**${title}.** ${meaning}`,
    `Severity ${severity}; decided in the phase ${phase}; ${blames[blame]} ${retries[retry]}`,
    `Do: ${remedy}`,
    ...(because.length === 0 ? [] : [causeTable(because)]),
    commands(commandsFor(code)),
    list('It is not', [notThat[code]]),
    ...(about.length === 0
      ? []
      : [`Alerts: ${about.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(', ')}.`]),
  ].join('\n\n');
}

/** What `claude-k8s explain` would name for each cause, once each. */
function commandsFor(code: FailureCode): readonly string[] {
  const place = { namespace: '"$NAMESPACE"', job: '"$JOB"', pod: '"$POD"', node: '"$NODE"' };
  const { because } = describe(code);
  const causes = because.length === 0 ? [null] : because.map(({ cause }) => cause);
  const shown = causes.flatMap((cause) => nextCommands(code, cause, place)).map(quoted);
  return [...new Set([`claude-k8s errors ${code}`, bundlesOf(code), explain, ...shown])];
}

/** Names in capitals stand inside of a longer word: one pair of quotes is enough for it. */
function quoted(command: string): string {
  return command.replaceAll(/(\S+=)"(\$\w+)"/g, '"$1$2"');
}

function causeTable(because: ReturnType<typeof describe>['because']): string {
  const rows = because.map(
    ({ cause, title, meaning, remedy }) => `| \`${cause}\` | ${title}. ${meaning} | ${remedy} |`,
  );
  return ['| cause | what it means | what to do |', '|---|---|---|', ...rows].join('\n');
}

function list(title: string, items: readonly string[]): string {
  return [`${title}:`, '', ...items.map((item) => `- ${item}`)].join('\n');
}

function commands(lines: readonly string[]): string {
  return ['Run:', '', '```sh', ...lines, '```'].join('\n');
}

const blames = {
  configuration: 'the configuration is where to look first;',
  cluster: 'the cluster is where to look first;',
  provider: 'the model API is where to look first;',
  claude: 'Claude Code is where to look first;',
  host: 'the host is where to look first;',
  nobody: 'nobody is to blame;',
} as const;

const retries = {
  never: 'trying again does not help.',
  later: 'the same request may succeed later.',
  host: 'the host decides what comes next.',
} as const;

const head = `<!-- Made by code from the tables of errors and alerts: see dashboards/rules/runbook.ts. -->
# Runbook

For somebody on call. Every alert and every error code has a section of its name: what to look at, what to run, and what it is
not. It is shipped with the package (\`dashboards/runbook.md\`). Put it where it is rendered, and let alerts and boards lead to
its sections there: \`claude-k8s dashboards --write DIR --runbook-base URL\`.

## Before anything

An alert names a namespace and a cluster, its dashboard has the graph, and the points on the graph (exemplars) lead to the
trace of one run. From there, or from the board \`${boardUids.run}\`, come the names that the commands below use:

\`\`\`sh
export NAMESPACE=agents        # of the Jobs
export HOST=paperclip          # the Deployment that the adapter runs in
export SERVICE_ACCOUNT=system:serviceaccount:paperclip:paperclip   # of the adapter
export JOB= POD= NODE=         # of the run, once it is known
export BUNDLE=                 # file name of its recording, below CLAUDE_K8S_INCIDENT_DIR
\`\`\`

Two rules before touching anything:

- A living Job is never deleted by a guess. Whoever deletes one by hand ends an agent in mid-work.
- The adapter says "unknown" where it does not know. Where it names a cause it has seen proof, and the evidence is in the
  result, in the trace and in the bundle.

\`claude-k8s explain "$CLAUDE_K8S_INCIDENT_DIR/$BUNDLE"\` tells a recorded run from the beginning to its verdict, with what was ruled
out and what to run next; \`--html page.html\` draws it.`;

const codesIntro = `The same table makes the messages, the labels of the metrics and \`claude-k8s errors\`. Codes are permanent.`;
