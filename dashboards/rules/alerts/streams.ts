import { explain, fleet, kubectl, nodes } from '../commands.ts';
import type { Alert } from '../model.ts';
import { highest, increase, move, total } from '../promql.ts';
import { count, percent, seconds } from '../templates.ts';

/** Cut by somebody else: idle and closed are our own doing. */
const cut = increase('attempts', '30m', { where: { how: ['reset', 'refused'] } });
const connections = increase('attempts', '30m');

/** Whether output arrives. */
export const streamAlerts: readonly Alert[] = [
  {
    name: 'ClaudeK8sLogGap',
    expr: `${increase('gaps', '30m')} > 0`,
    severity: 'warning',
    summary: 'Output of an agent is lost',
    description: `${count} proven gap(s) in the output of agents in the last half hour could not be filled. The lines are gone from the node; the verdict of each run names where.`,
    board: 'streams',
    panel: 'Gaps over time',
    runbook: {
      fires: 'One gap is enough: it alone is the incident.',
      look: [
        'With a lost pod or Job: its last lines could not be proven complete, and the other alert is the one to follow.',
        'With a living pod: the kubelet rotated the log away before it was read.',
      ],
      run: [
        explain,
        'kubectl get --raw "/api/v1/nodes/$NODE/proxy/configz" | grep -o \'containerLogMax[A-Za-z]*":[^,]*\'',
      ],
      isNot: ['A duplicate or a reordering: lines that come twice are left out and counted elsewhere.'],
    },
    proof: { incident: [move('gaps', 1)], quiet: [move('gaps', 0)], says: '1', window: 30 },
  },
  {
    name: 'ClaudeK8sStreamsCut',
    expr: `${cut} / ${connections} > 0.5 and ${cut} >= 20`,
    for: '15m',
    severity: 'warning',
    summary: 'Log connections are cut or refused',
    description: `${percent} of the log connections of the last half hour were reset or refused. No line is lost by that alone: each is resumed where it ended.`,
    board: 'streams',
    panel: 'Connections by how they ended',
    runbook: {
      fires: 'At least twenty connections of half an hour and more than half of all, for a quarter of an hour.',
      look: ['refused with 500: the kubelet of a node does not answer. reset: a proxy or a load balancer between.'],
      run: [nodes, kubectl('logs "$POD" -c claude --tail 5')],
      isNot: ['A sign of how agents do: none of the ends says anything about the container.'],
    },
    proof: {
      incident: [move('attempts', 20, { how: 'refused' }), move('attempts', 5, { how: 'clean' })],
      quiet: [move('attempts', 4, { how: 'reset' }), move('attempts', 1, { how: 'clean' })],
      says: '80%',
      window: 30,
    },
  },
  {
    name: 'ClaudeK8sSilentRun',
    expr: `${highest('silence')} >= 2400`,
    for: '5m',
    severity: 'warning',
    summary: 'An agent lives and says nothing',
    description: `An active run has reported a silence of ${seconds}. Its container runs. It may think, wait for a tool, or sleep for ever: from outside nobody can tell.`,
    board: 'streams',
    panel: 'Longest silence over time',
    runbook: {
      fires: 'A silence of 40 minutes or more was reported (at 10 minutes and at each doubling), for five minutes.',
      look: ['What the pod does: CPU near zero for long is a hang, a busy child is a tool.'],
      run: [fleet, kubectl('top pod "$POD" --containers'), kubectl('exec "$POD" -c claude -- ps aux')],
      isNot: ['A lost stream: silence is proved by a read that ends by itself before anything is done about it.'],
      codes: ['timeout'],
    },
    proof: { incident: [move('silence', 2400)], quiet: [move('silence', 600)], says: '40m 0s', window: 1, gauge: true },
  },
  {
    name: 'ClaudeK8sNothingArrives',
    expr: `${total('runsActive')} >= 3 and ${increase('lines', '30m')} == 0`,
    for: '15m',
    severity: 'critical',
    summary: 'No agent says anything',
    description: `${count} runs are active and not one line of output has arrived for half an hour.`,
    board: 'overview',
    panel: 'Started and running',
    runbook: {
      fires: 'At least three runs are active and none has delivered a line for half an hour, for a quarter of an hour.',
      look: [
        'Lines, on the board of stream health: since when is there nothing?',
        'Are they in a queue, or not started? Then the board of scheduling and pods has more.',
      ],
      run: [fleet, kubectl('logs "$POD" -c claude --tail 5'), nodes],
      isNot: ['One silent agent: ClaudeK8sSilentRun says so.'],
    },
    proof: {
      says: '3',
      cases: {
        positive: {
          series: [
            { ...active(), values: '3x90' },
            { ...lines(), values: '5x90' },
          ],
          at: 60,
          fires: true,
        },
        quiet: {
          series: [
            { ...active(), values: '1x90' },
            { ...lines(), values: '5x90' },
          ],
          at: 60,
          fires: false,
        },
        newborn: {
          series: [
            { ...active(), values: '_x9 0 3x90' },
            { ...lines(), values: '_x9 0 0x90' },
          ],
          at: 70,
          fires: true,
        },
        recovered: {
          series: [
            { ...active(), values: '3x90' },
            { ...lines(), values: '5x60 9x30' },
          ],
          at: 80,
          fires: false,
        },
      },
    },
  },
];

function active() {
  return { series: move('runsActive', 0).series };
}

function lines() {
  return { series: move('lines', 0).series };
}
