import type { Option } from './option-kind.ts';

/** What Claude Code is started with. */
export const claudeOptions = {
  model: {
    kind: { is: 'name', shape: 'word' },
    default: undefined,
    group: 'Claude',
    description: 'Model for Claude Code. Unset: its own default.',
  },
  effort: {
    kind: { is: 'name', shape: 'word' },
    default: undefined,
    group: 'Claude',
    description:
      'Reasoning effort (low, medium, high and whatever else the installed Claude Code knows). Unset: its default.',
  },
  maxTurnsPerRun: {
    kind: { is: 'integer', min: 0, max: 1_000_000 },
    default: 0,
    group: 'Claude',
    description: 'Most turns in one run. 0: unlimited.',
  },
  dangerouslySkipPermissions: {
    kind: { is: 'boolean' },
    default: true,
    group: 'Claude',
    description: 'Run tools without asking. Nobody can answer a question inside a Job.',
  },
  instructionsFilePath: {
    kind: { is: 'name', shape: 'path' },
    default: undefined,
    group: 'Claude',
    description: 'File whose text is appended to the system prompt. An unreadable file is a warning.',
  },
  promptTemplate: {
    kind: { is: 'text' },
    default: undefined,
    group: 'Claude',
    description: "Template of the prompt under Paperclip. Unset: the adapter's own.",
  },
  bootstrapPromptTemplate: {
    kind: { is: 'text' },
    default: undefined,
    group: 'Claude',
    description: 'Template put before the prompt in the first run of a session, under Paperclip.',
  },
  extraArgs: {
    kind: { is: 'arguments' },
    default: [],
    group: 'Claude',
    description: 'More arguments for Claude Code: a list, or one text split as a shell would.',
  },
  env: {
    kind: { is: 'pairs', of: 'env', reserved: [] },
    default: {},
    group: 'Claude',
    description: 'Environment of the agent container; wins over everything inherited.',
  },
  cwd: {
    kind: { is: 'name', shape: 'absolute-path' },
    default: undefined,
    group: 'Claude',
    description: 'Working directory inside the pod.',
  },
  claudeConfigDir: {
    kind: { is: 'choice', of: ['shared', 'agent'] },
    default: 'shared',
    group: 'Claude',
    description:
      'Where Claude keeps sessions: one directory for all agents of the volume (shared), or one for each (agent).',
  },
  enableRtk: {
    kind: { is: 'boolean' },
    default: false,
    group: 'Claude',
    description:
      'Truncate large tool output by a PostToolUse hook before the model reads it. A tool that fails calls no such hook: Claude Code itself cuts its output at 10,000 characters. Needs awk in the image; without it nothing is cut.',
  },
  rtkMaxOutputBytes: {
    kind: { is: 'integer', min: 1, max: 1_073_741_824 },
    default: 50_000,
    group: 'Claude',
    description:
      'Bytes of UTF-8 that enableRtk leaves of one tool output, cut between characters; a short notice says how much there was. The line numbers that Claude Code adds to a file come on top.',
  },
} as const satisfies Record<string, Option>;
