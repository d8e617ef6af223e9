import { metrics } from '../../../src/telemetry/catalogue.ts';
import { kubectl, scraped as lines } from '../commands.ts';
import type { Alert } from '../model.ts';
import { braces, grouped, highest, increase, move, selector, testTarget } from '../promql.ts';
import { count, label } from '../templates.ts';

const leftOut = ['droppedSpans', 'droppedEvents', 'droppedRecords'] as const;
const builds = { series: `${metrics.buildInfo.name}${braces({ ...testTarget, version: '1.0.0', node: '24.0.0' })}` };
const up = { series: `up${braces(testTarget)}` };

/** Whether anything else here can be believed. */
export const telemetryAlerts: readonly Alert[] = [
  {
    name: 'ClaudeK8sDown',
    expr: `max ${grouped(['job', 'instance'])} (up == 0 and on (job, instance) present_over_time(${selector('buildInfo')}[1d]))`,
    for: '5m',
    severity: 'critical',
    summary: 'A process of the adapter does not answer scrapes',
    description: `${label('instance')} has not been scraped for five minutes and was before. Its runs may go on, or the process is gone: then their Jobs live on and wait for the next one. Its alerts are blind.`,
    board: 'telemetry',
    panel: 'Builds at work',
    runbook: {
      fires: 'A target that showed our metrics within a day fails to be scraped, for five minutes.',
      look: ['Is the host up? Only its port? CLAUDE_K8S_METRICS_PORT, the token, the certificate.'],
      run: [kubectl('get pods -o wide'), kubectl('logs deployment/"$HOST" --tail 50'), lines(metrics.buildInfo.name)],
      isNot: ['The end of agents: their Jobs do not depend on the process.'],
    },
    proof: {
      says: '0',
      labels: { job: testTarget.job, instance: testTarget.instance },
      cases: {
        positive: {
          series: [
            { ...up, values: '1x10 0x30' },
            { ...builds, values: '1x10' },
          ],
          at: 17,
          fires: true,
        },
        // One scrape that fails is not a process that is gone.
        quiet: {
          series: [
            { ...up, values: '1x10 0 1x30' },
            { ...builds, values: '1x10 _ 1x30' },
          ],
          at: 17,
          fires: false,
        },
        newborn: {
          series: [
            { ...up, values: '_x9 1 0x30' },
            { ...builds, values: '_x9 1' },
          ],
          at: 17,
          fires: true,
        },
        recovered: {
          series: [
            { ...up, values: '1x10 0x10 1x20' },
            { ...builds, values: '1x10 _x10 1x20' },
          ],
          at: 30,
          fires: false,
        },
      },
    },
  },
  {
    name: 'ClaudeK8sAbsent',
    expr: `absent(${selector('buildInfo')})`,
    for: '15m',
    severity: 'critical',
    summary: 'No process of the adapter is scraped',
    description:
      'Prometheus has not seen one process of the adapter for a quarter of an hour: none runs, or none is in its configuration. No other alert of the adapter can fire.',
    board: 'telemetry',
    panel: 'Builds at work',
    runbook: {
      fires: 'There is not one series of the adapter, for a quarter of an hour.',
      look: [
        'The targets of Prometheus: are they there, and up? dashboards/prometheus/scrape.yaml shows how they are set.',
      ],
      run: [
        'curl -s "$PROMETHEUS_URL/api/v1/targets?state=active" | grep -o \'"scrapeUrl":"[^"]*"\'',
        lines(metrics.buildInfo.name),
      ],
      isNot: ['A sign of quiet: an idle process is there, and says 0.'],
    },
    proof: {
      says: '1',
      placeless: true,
      cases: {
        positive: { series: [{ ...builds, values: '1x10' }], at: 32, fires: true },
        quiet: { series: [{ ...builds, values: '1x60' }], at: 32, fires: false },
        // Never there at all.
        newborn: { series: [{ ...up, values: '1x60' }], at: 16, fires: true },
        recovered: { series: [{ ...builds, values: '1x10 _x20 1x30' }], at: 40, fires: false },
      },
    },
  },
  {
    name: 'ClaudeK8sTelemetryProblem',
    expr: `${highest('problems', { by: ['problem'] })} > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'Telemetry does not get where it should',
    description: `A process has had the problem ${label('problem')} for a quarter of an hour. Runs are not touched; traces, logs or metrics of them are missing.`,
    board: 'telemetry',
    panel: 'Problems',
    runbook: {
      fires: 'A problem stands in one process, for a quarter of an hour.',
      look: [
        'The log event claude_k8s.telemetry.problem has the sentence that says what to do.',
        'exporter_unreachable: OTEL_EXPORTER_OTLP_ENDPOINT of the host. api_version: two copies of the OpenTelemetry API. no_propagator: OTEL_PROPAGATORS. metrics_server: the port.',
      ],
      run: [kubectl('logs deployment/"$HOST" --tail 200 | grep -i telemetry'), lines(metrics.problems.name)],
      isNot: ['A failing run.'],
    },
    proof: {
      incident: [move('problems', 1, { problem: 'exporter_unreachable' })],
      quiet: [move('problems', 0, { problem: 'exporter_unreachable' })],
      labels: { problem: 'exporter_unreachable' },
      says: '1',
      window: 1,
      gauge: true,
    },
  },
  {
    name: 'ClaudeK8sListenerErrors',
    expr: `${increase('listenerErrors', '1h', { by: ['listener'] })} > 0`,
    severity: 'warning',
    summary: 'A listener of runs throws errors',
    description: `The listener ${label('listener')} threw ${count} time(s) in the last hour. None of it reached a run; what that listener tells may lack something.`,
    board: 'telemetry',
    panel: 'Listeners that threw, by name',
    runbook: {
      fires: 'One error is enough: it is a defect.',
      look: ["Who it is: host is Paperclip's callback, status its view, recorder the bundles, the others are our own."],
      run: [lines(metrics.listenerErrors.name), 'claude-k8s --version'],
      isNot: ['A wrong verdict: nobody who listens can change a run.'],
    },
    proof: {
      incident: [move('listenerErrors', 1, { listener: 'host' })],
      quiet: [move('listenerErrors', 0, { listener: 'host' })],
      labels: { listener: 'host' },
      says: '1',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sTracesIncomplete',
    expr: `${leftOut.map((key) => increase(key, '1h')).join(' + ')} > 0`,
    severity: 'info',
    summary: 'Runs tell more than their traces and logs hold',
    description: `${count} spans, events and log records of the last hour were left out, because runs had more than their bound. First and last ones are kept, and the root span says how many are missing.`,
    board: 'telemetry',
    panel: 'Left out because a run had too many',
    runbook: {
      fires: 'Anything was left out within an hour.',
      look: ['Which runs: exemplars lead to them. Very many reconnects are the usual reason.'],
      run: leftOut.map((key) => lines(metrics[key].name)),
      isNot: ['A lost line of output: only what is told about the run is bounded.'],
    },
    proof: {
      incident: [move('droppedSpans', 4), move('droppedEvents', 0), move('droppedRecords', 0)],
      quiet: [move('droppedSpans', 0), move('droppedEvents', 0), move('droppedRecords', 0)],
      says: '4',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sLabelOverflow',
    expr: `${increase('overflows', '1h', { by: ['metric'] })} > 0`,
    severity: 'info',
    summary: 'The cluster says something that this build does not know',
    description: `${count} sample(s) of ${label('metric')} in the last hour had a label value outside its closed set and were counted as _OTHER.`,
    board: 'telemetry',
    panel: 'Counted as _OTHER, by metric',
    runbook: {
      fires: 'One sample within an hour.',
      look: ['The log events of the runs have the value as it came: a new reason of a newer Kubernetes, say.'],
      run: [lines(metrics.overflows.name), 'claude-k8s --version'],
      isNot: ['A lost sample: it counts, under another name.'],
    },
    proof: {
      incident: [move('overflows', 1, { metric: metrics.waits.name })],
      quiet: [move('overflows', 0, { metric: metrics.waits.name })],
      labels: { metric: metrics.waits.name },
      says: '1',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sBundlesFailing',
    expr: `${increase('incidentBundles', '1h', { where: { result: 'failed' } })} > 0`,
    severity: 'warning',
    summary: 'Incidents are not recorded',
    description: `${count} incident bundle(s) of the last hour could not be written. What happened in those runs can not be replayed.`,
    board: 'telemetry',
    panel: 'Bundles not written',
    runbook: {
      fires: 'One bundle is enough: the incident that it held is gone.',
      look: ['The folder of the bundles: is it there, writable, and is its disk full?'],
      run: [
        'df -h "$CLAUDE_K8S_INCIDENT_DIR"',
        'ls -ld "$CLAUDE_K8S_INCIDENT_DIR"',
        lines(metrics.incidentBundles.name),
      ],
      isNot: ['A bundle that was removed to keep the folder within its bound: that is ordinary.'],
    },
    proof: {
      incident: [move('incidentBundles', 1, { result: 'failed' })],
      quiet: [move('incidentBundles', 5, { result: 'written' })],
      says: '1',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sRecorderDropped',
    expr: `${increase('incidentDropped', '1h')} > 0`,
    severity: 'info',
    summary: 'Recordings went from memory',
    description: `${count} bytes of recordings were dropped in the last hour, because all runs of a process together held more than the recorder may. Bundles of those runs lack the middle of their log.`,
    board: 'telemetry',
    panel: 'Bytes of bundles',
    runbook: {
      fires: 'Anything was dropped within an hour.',
      look: ['How many runs one process serves, and how much they print.'],
      run: [lines(metrics.incidentDropped.name), lines(metrics.runsActive.name)],
      isNot: ['Lost output: the host got every line.'],
    },
    proof: {
      incident: [move('incidentDropped', 4096)],
      quiet: [move('incidentDropped', 0)],
      says: '4096',
      window: 60,
    },
  },
];
