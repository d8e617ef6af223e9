import * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import type * as resource from '@grafana/grafana-foundation-sdk/resource';
import { boardUids } from '../places.ts';
import { boardLinks, buildChanges, openedAt, refresh, tag } from './common.ts';
import { dressed } from './dress.ts';
import { layOut, type Placed, type PlacedRow } from './layout.ts';
import type { Board } from './model.ts';
import { refId } from './targets.ts';
import { asked, queryV2 } from './targets-v2.ts';
import { variablesOf } from './variables.ts';
import { variableV2 } from './variables-v2.ts';

/** The form of the newer Grafana, as a resource that its API and `grafanactl` take. */
export function manifest(board: Board): resource.Manifest {
  const rows = layOut(board);
  const elements = rows.flatMap(({ panels }) => panels.map((placed) => [elementOf(placed.id), panel(placed)] as const));
  const builder = new v2.DashboardBuilder(board.title)
    .description(board.description)
    .tags([tag])
    .editable(true)
    .cursorSync(v2.DashboardCursorSync.Crosshair)
    .timeSettings(new v2.TimeSettingsBuilder().from(openedAt.from).to(openedAt.to).autoRefresh(refresh))
    .variables(variablesOf(board).map(variableV2))
    .annotations([annotation()])
    .links(links())
    .elements(Object.fromEntries(elements))
    .layout(new v2.RowsBuilder().rows(rows.map(row)));
  return v2.manifest(boardUids[board.key], builder).build();
}

function elementOf(id: number): string {
  return `panel-${id}`;
}

function row({ title, panels }: PlacedRow) {
  const items = panels.map(({ id, place: { x, y, w, h } }) =>
    new v2.GridItemBuilder().name(elementOf(id)).x(x).y(y).width(w).height(h),
  );
  return new v2.RowBuilder().title(title).collapse(false).layout(new v2.GridBuilder().items(items));
}

function panel({ id, panel }: Placed) {
  const { type, options, fieldConfig, transformations = [] } = plain(dressed(panel));
  const queries = panel.queries.map((query, index) =>
    new v2.TargetBuilder()
      .refId(refId(index))
      .hidden(false)
      .query(queryV2(query, refId(index), panel.look)),
  );
  return new v2.PanelBuilder()
    .id(id)
    .title(panel.title)
    .description(panel.description)
    .links((panel.links ?? []).map(({ title, url }) => new v2.DataLinkBuilder().title(title).url(url)))
    .data(
      new v2.QueryGroupBuilder()
        .targets(queries)
        .transformations(
          transformations.map(({ id, options }) => new v2.TransformationBuilder().group(id).options(options)),
        ),
    )
    .visualization(
      new v2.VizConfigKindBuilder()
        .group(type)
        .options(options ?? {})
        .fieldConfig(fieldConfig ?? { defaults: {}, overrides: [] }),
    );
}

/** How a panel is drawn is written alike in both forms, but the library has a type for each. */
function plain(drawn: object): {
  type: string;
  options?: object;
  fieldConfig?: v2.FieldConfigSource;
  transformations?: readonly { id: string; options: object }[];
} {
  return JSON.parse(JSON.stringify(drawn));
}

function annotation() {
  const { name, iconColor, expr, step, titleFormat, textFormat } = buildChanges;
  return new v2.AnnotationQueryBuilder()
    .name(name)
    .enable(true)
    .iconColor(iconColor)
    .query(asked('prometheus', { expr, step }))
    .legacyOptions({ expr, step, titleFormat, textFormat });
}

function links() {
  const { boards, runbook } = boardLinks;
  return [
    new v2.DashboardLinkBuilder()
      .title(boards.title)
      .type(v2.DashboardLinkType.Dashboards)
      .tooltip(boards.tooltip)
      .tags([tag])
      .asDropdown(true)
      .includeVars(true)
      .keepTime(true),
    new v2.DashboardLinkBuilder()
      .title(runbook.title)
      .type(v2.DashboardLinkType.Link)
      .tooltip(runbook.tooltip)
      .icon('doc')
      .url(runbook.url)
      .targetBlank(true),
  ];
}
