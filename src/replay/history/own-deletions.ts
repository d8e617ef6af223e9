import { placeIn } from './exchanges.ts';
import type { Life } from './lives.ts';
import type { LostWrite } from './lost-writes.ts';
import type { Seen } from './sightings.ts';

interface Deletion {
  at: number;
  resource: string;
  namespace: string | undefined;
  name: string | undefined;
}

/** The uids of what the recorded run itself deleted: that these are gone is for the build under replay to bring about. */
export function deletionsOf({ absences }: Seen, lost: readonly LostWrite[], lives: readonly Life[]): Set<string> {
  const asked: Deletion[] = absences.filter(({ own }) => own);
  const unanswered = lost
    .filter(({ exchange }) => exchange.request.verb === 'delete')
    .map(({ exchange }) => ({
      ...placeIn(exchange.request.path),
      resource: exchange.request.resource,
      at: exchange.at,
    }));
  const all = [...asked, ...unanswered];
  const isDeleted = (life: Life) => all.some((one) => isAt(one, life) && (life.goneAt ?? Infinity) >= one.at - raceMs);
  return new Set(lives.filter(isDeleted).map(({ uid }) => uid));
}

/** A watch may show that it is gone before the deletion is answered. */
const raceMs = 5_000;

function isAt({ at, resource, namespace, name }: Deletion, life: Life): boolean {
  const began = life.versions[0]?.at ?? Infinity;
  return life.resource === resource && life.namespace === namespace && life.name === name && began <= at;
}
