import * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { Look, Query } from './model.ts';
import { targetOf } from './targets.ts';
import type { Store } from './variables.ts';

/** The same query as in the classic form, which names its data source and its letter itself. */
export function queryV2(query: Query, ref: string, look: Look) {
  const { datasource: _source, refId: _ref, ...spec } = plain(targetOf(query, ref, look));
  return asked(query.store, spec);
}

/** Something asked of the data source that the reader chose. */
export function asked(store: Store, spec: object): { build: () => v2.DataQueryKind } {
  const query = { ...v2.defaultDataQueryKind(), group: store, datasource: { name: `\${${store}}` }, spec };
  return { build: () => query };
}

function plain(target: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(target));
}
