import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Column, Link, Panel, Step } from './model.ts';
import { type Visual, visual } from './visual.ts';

/** A table has no use for the time of an instant query. */
const withoutTime = { id: 'organize', options: { excludeByName: { Time: true } } };

/** The drawn panel with its unit, thresholds, words and links; queries, title and place come from the form it takes. */
export function dressed(panel: Panel): dashboard.Panel {
  const made = visual(panel);
  if (panel.unit !== undefined) made.unit(panel.unit);
  if (panel.decimals !== undefined) made.decimals(panel.decimals);
  if (panel.max !== undefined) made.max(panel.max);
  if (panel.look === 'timeseries' || panel.look === 'bargauge') made.min(0);
  if (panel.steps !== undefined) made.thresholds(thresholds(panel.steps));
  made.colorScheme(new dashboard.FieldColorBuilder().mode(colors(panel)));
  if (panel.words !== undefined) made.mappings(mappings(panel.words));
  if (panel.seriesLinks !== undefined) made.dataLinks(panel.seriesLinks.map(link));
  for (const [name, column] of Object.entries(panel.columns ?? {})) addColumn(made, name, column);
  const drawn = made.build();
  return panel.look === 'table' && panel.queries.some(({ store }) => store === 'prometheus')
    ? { ...drawn, transformations: [withoutTime] }
    : drawn;
}

export function link({ title, url }: Link): Builder<dashboard.DashboardLink> {
  return shown(
    new dashboard.DashboardLinkBuilder(title).type(dashboard.DashboardLinkType.Link).url(url).targetBlank(false),
  );
}

/** The library would put every link into a menu, where nobody on call finds it. */
export function shown(builder: Builder<dashboard.DashboardLink>): Builder<dashboard.DashboardLink> {
  const { placement: _, ...made } = builder.build();
  return { build: () => made };
}

function thresholds(steps: readonly Step[]) {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(({ from, color }) => ({ value: from, color })));
}

function colors({ look }: Panel): dashboard.FieldColorModeId {
  return look === 'timeseries'
    ? dashboard.FieldColorModeId.PaletteClassicByName
    : dashboard.FieldColorModeId.Thresholds;
}

function mappings(words: NonNullable<Panel['words']>): dashboard.ValueMapping[] {
  const options = Object.entries(words).map(([value, { text, color }], index) => [value, { text, color, index }]);
  return [{ type: dashboard.MappingType.ValueToText, options: Object.fromEntries(options) }];
}

function addColumn(made: Visual, field: string, { name, link }: Column): void {
  made.overrideByName(field, [
    ...(name === undefined ? [] : [{ id: 'displayName', value: name }]),
    ...(link === undefined ? [] : [{ id: 'links', value: [{ ...link, targetBlank: false }] }]),
  ]);
}
