import * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import { asked } from './targets-v2.ts';
import { everything, type Variable } from './variables.ts';

/** A variable in the newer form. */
export function variableV2(one: Variable) {
  switch (one.kind) {
    case 'store':
      return new v2.DatasourceVariableBuilder(one.name)
        .label(one.label)
        .description(one.description)
        .pluginId(one.name)
        .refresh(v2.VariableRefresh.OnDashboardLoad);
    case 'values':
      return new v2.QueryVariableBuilder(one.name)
        .label(one.label)
        .description(one.description)
        .query(asked(one.store, one.query))
        .definition(one.text)
        .refresh(v2.VariableRefresh.OnTimeRangeChanged)
        .sort(v2.VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue(one.store === 'loki' ? '.+' : everything)
        .current({ text: ['All'], value: ['$__all'] });
    case 'text':
      return new v2.TextVariableBuilder(one.name)
        .label(one.label)
        .description(one.description)
        .query('')
        .current({ text: '', value: '' });
  }
}
