import type { Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as loki from '@grafana/grafana-foundation-sdk/loki';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as tempo from '@grafana/grafana-foundation-sdk/tempo';
import type { Look, Query } from './model.ts';
import type { Store } from './variables.ts';

export function refId(index: number): string {
  return String.fromCharCode(65 + index);
}

/** The data source that the reader chose. */
export function sourceRef(store: Store): { type: Store; uid: string } {
  return { type: store, uid: `\${${store}}` };
}

/** A query with the data source that it goes to. */
export function targetOf(query: Query, ref: string, look: Look): Dataquery {
  const { store } = query;
  switch (store) {
    case 'prometheus':
      return prometheusTarget(query, ref, look).datasource(sourceRef(store)).build();
    case 'loki':
      return lokiTarget(query, ref).datasource(sourceRef(store)).build();
    case 'tempo':
      return new tempo.DataqueryBuilder()
        .refId(ref)
        .queryType(tempo.TempoQueryType.Traceql)
        .query(query.query)
        .limit(50)
        .tableType(tempo.SearchTableType.Traces)
        .datasource(sourceRef(store))
        .build();
  }
}

function prometheusTarget(query: Extract<Query, { store: 'prometheus' }>, ref: string, look: Look) {
  const target = new prometheus.DataqueryBuilder()
    .refId(ref)
    .expr(query.expr)
    .legendFormat(query.legend === '' ? '__auto' : query.legend)
    .editorMode(prometheus.QueryEditorMode.Code)
    .format(look === 'table' ? prometheus.PromQueryFormat.Table : prometheus.PromQueryFormat.TimeSeries);
  return query.instant ? target.instant() : target.range().exemplar(query.exemplars);
}

function lokiTarget({ expr, legend, instant }: Extract<Query, { store: 'loki' }>, ref: string) {
  return new loki.DataqueryBuilder()
    .refId(ref)
    .expr(expr)
    .legendFormat(legend)
    .editorMode(loki.QueryEditorMode.Code)
    .queryType(instant ? 'instant' : 'range');
}
