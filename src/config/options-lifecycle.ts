import type { Option } from './option-kind.ts';

/** The largest value of the API's 32-bit second fields, such as ttlSecondsAfterFinished. */
const secondsMax = 2_147_483_647;
const seconds = { is: 'integer', min: 0, max: secondsMax } as const;

/** How long things may take, and what stays behind. */
export const lifecycleOptions = {
  timeoutSec: {
    kind: seconds,
    default: 0,
    group: 'Lifecycle',
    description: 'Seconds that a run may take. 0: no limit.',
  },
  graceSec: {
    kind: seconds,
    default: 60,
    group: 'Lifecycle',
    description: 'Seconds beyond timeoutSec before the run is given up.',
  },
  scheduleTimeoutSec: {
    kind: { is: 'integer', min: 1, max: secondsMax },
    default: 120,
    group: 'Lifecycle',
    description: 'Seconds until the agent container must have started; a pull of its image does not count.',
  },
  logGraceSec: {
    kind: seconds,
    default: 30,
    group: 'Lifecycle',
    description: 'Seconds to learn how the container ended once its output has.',
  },
  exitAfterResultSec: {
    kind: { is: 'integer', min: 1, max: secondsMax },
    default: 120,
    group: 'Lifecycle',
    description: 'Seconds of silence after the final result until the pod is stopped and the result taken.',
  },
  stallTimeoutSec: {
    kind: seconds,
    default: 0,
    group: 'Lifecycle',
    description: 'Seconds of silence in mid-run that end it as a timeout. 0: never.',
  },
  ttlSecondsAfterFinished: {
    kind: seconds,
    default: 300,
    group: 'Lifecycle',
    description: 'Seconds that a finished and concluded Job stays in the cluster.',
  },
  retainJobs: {
    kind: { is: 'boolean' },
    default: false,
    group: 'Lifecycle',
    description: 'Leave concluded Jobs to their TTL and do not delete them.',
  },
  reattachOrphanedJobs: {
    kind: { is: 'boolean' },
    default: true,
    group: 'Lifecycle',
    description: 'Take over the Job that an ended process left behind, where it is of the same task.',
  },
  continueAfterAdoption: {
    kind: { is: 'boolean' },
    default: false,
    group: 'Lifecycle',
    description: 'After taking over a Job that had another prompt, resume its session with the new one.',
  },
} as const satisfies Record<string, Option>;

/** What a run leaves for those who look at it later. */
export const observabilityOptions = {
  recordIncidents: {
    kind: { is: 'choice', of: ['failures', 'all', 'off'] },
    default: 'failures',
    group: 'Observability',
    description: 'Which runs leave a recording (an incident bundle), where there is a directory for them.',
  },
  incidentDir: {
    kind: { is: 'name', shape: 'path' },
    default: undefined,
    group: 'Observability',
    description:
      'Directory of the incident bundles: the latest 500, at most 1 GiB. Unset: CLAUDE_K8S_INCIDENT_DIR; without either nothing is recorded.',
  },
  'telemetry.claudeCode': {
    kind: { is: 'boolean' },
    default: false,
    group: 'Observability',
    description: "Give the pod TRACEPARENT and OTEL_* so that Claude Code's own spans join the trace.",
  },
} as const satisfies Record<string, Option>;
