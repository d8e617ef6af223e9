import type { ClusterApi } from '../../loopback/cluster-api.ts';
import { applyMergePatch } from '../../loopback/json-patch.ts';
import { isRecord } from '../../loopback/object.ts';
import type { Happening } from '../history/history.ts';

/** Lets one recorded change happen. What it belongs to may be gone by another way: then so is the change. */
export function happen({ store }: ClusterApi, { resource, namespace, name, change }: Happening): void {
  const at = { resource, namespace, name };
  const found = store.find(at);
  switch (change.is) {
    case 'put':
      if (found !== undefined && found.metadata.uid !== change.object.metadata.uid) store.remove(at);
      store.place(change.object, resource);
      return;
    case 'patched':
      if (found === undefined) return;
      store.update(at, (draft) => {
        const after = applyMergePatch(draft, change.patch);
        if (!isRecord(after)) return;
        for (const key of Object.keys(draft)) if (!Object.hasOwn(after, key)) delete draft[key];
        Object.assign(draft, after);
      });
      return;
    case 'touched':
      if (found !== undefined) store.place(found, resource);
      return;
    case 'gone':
      if (found !== undefined) store.remove(at);
  }
}
