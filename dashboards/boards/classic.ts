import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { boardUids } from '../places.ts';
import { boardLinks, buildChanges, openedAt, refresh, tag } from './common.ts';
import { dressed, link, shown } from './dress.ts';
import { layOut, type Placed } from './layout.ts';
import type { Board } from './model.ts';
import { refId, sourceRef, targetOf } from './targets.ts';
import { everything, type Variable, variablesOf } from './variables.ts';

/** The form that every Grafana can import: schemaVersion 42. */
export function classic(board: Board): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(board.title)
    .uid(boardUids[board.key])
    .description(board.description)
    .tags([tag])
    .time(openedAt)
    .refresh(refresh)
    .editable()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .variables(variablesOf(board).map(variable))
    .annotations([annotation()])
    .links(links());
  return { ...builder.build(), panels: panels(board) };
}

function panels(board: Board): NonNullable<dashboard.Dashboard['panels']> {
  let y = 0;
  return layOut(board).flatMap(({ id, title, panels, height }) => {
    const row = new dashboard.RowBuilder(title).id(id).gridPos({ x: 0, y, w: 24, h: 1 }).build();
    const top = y + 1;
    y = top + height;
    return [row, ...panels.map((placed) => panel(placed, top))];
  });
}

function panel({ id, panel, place }: Placed, top: number): dashboard.Panel {
  const [first] = panel.queries;
  return {
    ...dressed(panel),
    id,
    title: panel.title,
    description: panel.description,
    gridPos: { ...place, y: top + place.y },
    ...(first !== undefined && { datasource: sourceRef(first.store) }),
    targets: panel.queries.map((query, index) => targetOf(query, refId(index), panel.look)),
    links: (panel.links ?? []).map((one) => link(one).build()),
  };
}

function variable(one: Variable) {
  switch (one.kind) {
    case 'store':
      return new dashboard.DatasourceVariableBuilder(one.name)
        .label(one.label)
        .description(one.description)
        .type(one.name);
    case 'values':
      return new dashboard.QueryVariableBuilder(one.name)
        .label(one.label)
        .description(one.description)
        .datasource(sourceRef(one.store))
        .query({ ...one.query })
        .definition(one.text)
        .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
        .sort(dashboard.VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue(one.store === 'loki' ? '.+' : everything)
        .current({ text: ['All'], value: ['$__all'] });
    case 'text':
      return new dashboard.TextBoxVariableBuilder(one.name)
        .label(one.label)
        .description(one.description)
        .defaultValue('')
        .current({ text: '', value: '' });
  }
}

function annotation() {
  const { name, iconColor, expr, step, titleFormat, textFormat } = buildChanges;
  const { placement: _, ...made } = new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(sourceRef('prometheus'))
    .enable(true)
    .iconColor(iconColor)
    .expr(expr)
    .step(step)
    .titleFormat(titleFormat)
    .textFormat(textFormat)
    .build();
  return { build: () => made };
}

function links() {
  const { boards, runbook } = boardLinks;
  return [
    new dashboard.DashboardLinkBuilder(boards.title)
      .type(dashboard.DashboardLinkType.Dashboards)
      .tooltip(boards.tooltip)
      .tags([tag])
      .asDropdown(true)
      .includeVars(true)
      .keepTime(true),
    new dashboard.DashboardLinkBuilder(runbook.title)
      .type(dashboard.DashboardLinkType.Link)
      .tooltip(runbook.tooltip)
      .icon('doc')
      .url(runbook.url)
      .targetBlank(true),
  ].map(shown);
}
