import type { ClusterApi } from '../../loopback/cluster-api.ts';
import { isTerminated } from '../../loopback/container-logs.ts';
import { isPod, type PodObject } from '../../loopback/object.ts';
import { agentContainer } from '../../manifest/place.ts';
import type { RecordedLine, RecordedLog } from '../history/history.ts';
import type { Names } from './names.ts';
import type { Schedule } from './schedule.ts';

export interface SpeakInput {
  api: ClusterApi;
  schedule: Schedule;
  names: Names;
  recorded: RecordedLog;
}

/**
 * Lets a container say what it said, when it said it; it has said all of it before it is seen to have ended.
 * @returns what it has said so far
 */
export function speak({ api, schedule, names, recorded }: SpeakInput): () => RecordedLog {
  const { namespace, pod: name, after, lines } = recorded;
  const isAgent = recorded.container === agentContainer;
  let said = 0;
  let due = 0;
  const container = () => (isAgent ? names.agentIn(name) : recorded.container);

  function say(pod: PodObject, to: number): void {
    if (to <= said) return;
    const log = api.logs.of(pod, container());
    log.push(...lines.slice(said, to).map(entryOf));
    said = to;
  }

  const pod = (): PodObject | undefined => {
    const found = api.store.find({ resource: 'pods', namespace, name });
    return isPod(found) && hasBegun(found, container()) ? found : undefined;
  };

  const finish = () => {
    const living = pod();
    if (living === undefined) return;
    say(living, lines.length);
    api.logs.of(living, container()).finish();
  };

  api.store.subscribe(({ object, type }) => {
    if (!isPod(object) || object.metadata.name !== name || object.metadata.namespace !== namespace) return;
    if (type === 'DELETED') return;
    if (isTerminated(object, container())) {
      // What follows it may hear of the end later.
      if ((recorded.endedAt ?? 0) > schedule.now()) say(object, lines.length);
      else finish();
    } else if (hasBegun(object, container())) say(object, due);
  });
  for (let from = 0; from < lines.length; ) {
    const { at } = lines[from] ?? { at: 0 };
    let to = from + 1;
    while (lines[to]?.at === at) to++;
    const upTo = to;
    schedule.add(after, at, () => {
      due = Math.max(due, upTo);
      const living = pod();
      if (living !== undefined) say(living, due);
    });
    from = to;
  }
  if (recorded.endedAt !== undefined) schedule.add(after, recorded.endedAt, finish);
  return () => ({ ...recorded, lines: lines.slice(0, said) });
}

function entryOf({ stamp, text }: RecordedLine) {
  return { stamp, text };
}

function hasBegun({ status }: PodObject, container: string): boolean {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const state = all.find(({ name }) => name === container)?.state;
  return state?.running !== undefined || state?.terminated !== undefined;
}
