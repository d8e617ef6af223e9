import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as logs from '@grafana/grafana-foundation-sdk/logs';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Look, Panel } from './model.ts';

/** What the builders of all kinds of panels have in common. */
export interface Visual extends Builder<dashboard.Panel> {
  unit(unit: string): unknown;
  decimals(decimals: number): unknown;
  min(min: number): unknown;
  max(max: number): unknown;
  mappings(mappings: dashboard.ValueMapping[]): unknown;
  thresholds(thresholds: Builder<dashboard.ThresholdsConfig>): unknown;
  colorScheme(color: Builder<dashboard.FieldColor>): unknown;
  dataLinks(links: Builder<dashboard.DashboardLink>[]): unknown;
  overrideByName(name: string, properties: dashboard.DynamicConfigValue[]): unknown;
  noValue(text: string): unknown;
}

const makers: Readonly<Record<Look, (panel: Panel) => Visual>> = {
  timeseries: (panel) => graph(panel),
  stat: ({ words }) =>
    new stat.PanelBuilder()
      .reduceOptions(last())
      .graphMode(common.BigValueGraphMode.None)
      .colorMode(words === undefined ? common.BigValueColorMode.Value : common.BigValueColorMode.Background)
      .textMode(common.BigValueTextMode.Auto),
  table: () => new table.PanelBuilder().cellHeight(common.TableCellHeight.Sm),
  bargauge: () =>
    new bargauge.PanelBuilder()
      .reduceOptions(last())
      .orientation(common.VizOrientation.Horizontal)
      .displayMode(common.BarGaugeDisplayMode.Basic)
      .valueMode(common.BarGaugeValueMode.Text),
  'state-timeline': () =>
    new statetimeline.PanelBuilder().mergeValues(true).showValue(common.VisibilityMode.Never).legend(legend()),
  logs: () =>
    new logs.PanelBuilder()
      .showTime(true)
      .wrapLogMessage(true)
      .enableLogDetails(true)
      .sortOrder(common.LogsSortOrder.Ascending),
  traces: () => new dashboard.PanelBuilder().type('traces').options({}),
};

/** How a panel is drawn, in the builder of its kind. */
export function visual(panel: Panel): Visual {
  return makers[panel.look](panel);
}

function graph({ stacked = false }: Panel): timeseries.PanelBuilder {
  return new timeseries.PanelBuilder()
    .fillOpacity(stacked ? 30 : 10)
    .lineWidth(1)
    .showPoints(common.VisibilityMode.Auto)
    .stacking(
      new common.StackingConfigBuilder()
        .mode(stacked ? common.StackingMode.Normal : common.StackingMode.None)
        .group('A'),
    )
    .legend(legend())
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
}

function legend() {
  return new common.VizLegendOptionsBuilder()
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .showLegend(true);
}

function last() {
  return new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);
}
