import * as echarts from 'echarts';
import type { ShownBoard, ShownPanel, Target } from './boards.ts';
import { isOfPrometheus } from './boards.ts';
import { graphOf, type Shape } from './graph.ts';
import type { Sample } from './server.ts';

export type Ask = (target: Target) => Promise<readonly Sample[]>;

const columnWidth = 48;
const rowHeight = 30;
const titleHeight = 26;
const margin = 8;

/** The board as one SVG: its panels where Grafana puts them, drawn of what Prometheus answers. */
export async function drawBoard({ title, panels }: ShownBoard, ask: Ask): Promise<string> {
  const shown = panels.filter(({ targets }) => targets.every(isOfPrometheus));
  const tops = stacked(shown);
  const drawn = await Promise.all(shown.map((panel, index) => drawPanel(panel, tops[index] ?? 0, ask)));
  const height = Math.max(...shown.map(({ gridPos }, index) => (tops[index] ?? 0) + gridPos.h * rowHeight)) + margin;
  const width = 24 * columnWidth + 2 * margin;
  const heading = text(margin + 4, 30, title, 'font-size="20" font-weight="600"');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" fill="#222"><rect width="${width}" height="${height}" fill="#f4f5f5"/>${heading}${drawn.join('')}</svg>\n`;
}

/** Headings of rows are not drawn, so panels move up: each line of them stands below the one before. */
function stacked(panels: readonly ShownPanel[]): number[] {
  const lines = [...new Set(panels.map(({ gridPos }) => gridPos.y))].sort((one, other) => one - other);
  const tops = new Map<number, number>();
  let top = 44;
  for (const y of lines) {
    tops.set(y, top);
    const heights = panels.filter(({ gridPos }) => gridPos.y === y).map(({ gridPos }) => gridPos.h);
    top += Math.max(...heights) * rowHeight;
  }
  return panels.map(({ gridPos }) => tops.get(gridPos.y) ?? 0);
}

async function drawPanel(panel: ShownPanel, top: number, ask: Ask): Promise<string> {
  const { gridPos, title, type } = panel;
  const left = gridPos.x * columnWidth + margin;
  const shape: Shape = { width: gridPos.w * columnWidth - margin, height: gridPos.h * rowHeight - margin };
  const answers = await Promise.all(panel.targets.map(async (target) => ({ target, samples: await ask(target) })));
  const frame = `<rect width="${shape.width}" height="${shape.height}" rx="3" fill="#fff" stroke="#dcdcdc"/>${text(8, 18, title, `font-size="${title.length * 9 > shape.width ? 10.5 : 13}" font-weight="600"`)}`;
  const inner = { width: shape.width, height: shape.height - titleHeight };
  const unit = unitOf(panel.fieldConfig.defaults.unit ?? 'short');
  const axis = text(shape.width - 8, 18, unit, 'font-size="11" text-anchor="end" fill="#666"');
  const body = type === 'timeseries' || type === 'state-timeline' ? graphOf(panel, answers, inner) : undefined;
  const drawn =
    body === undefined
      ? written(
          panel,
          answers.flatMap(({ samples }) => samples),
          inner,
        )
      : rendered(body, inner);
  return `<g transform="translate(${left} ${top})">${frame}${body === undefined ? '' : axis}<g transform="translate(0 ${titleHeight})">${drawn}</g></g>`;
}

function rendered(option: echarts.EChartsOption, { width, height }: Shape): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption(option);
  const svg = chart.renderToSVGString({ useViewBox: false });
  chart.dispose();
  // Within another picture: positions are kept short, they are pixels.
  return svg
    .replaceAll(/="[^"]*"/g, (attribute) => attribute.replaceAll(/(\d+\.\d)\d+/g, '$1'))
    .replaceAll(/<style[\s\S]*?<\/style>/g, '')
    .replaceAll(/ class="[^"]*"/g, '');
}

/** A number in its colour, or the rows of a table. */
function written({ type, fieldConfig }: ShownPanel, samples: readonly Sample[], { height, width }: Shape): string {
  const rows = samples
    .map(({ metric, values }) => ({ words: Object.values(metric).join('  '), value: Number(values.at(-1)?.[1]) }))
    .sort((one, other) => other.value - one.value);
  const { unit = 'short', thresholds } = fieldConfig.defaults;
  if (type === 'stat') {
    const value = rows[0]?.value ?? 0;
    const step = thresholds?.steps.findLast(({ value: from }) => from === null || value >= from);
    return text(
      width / 2,
      height / 2 + 12,
      inUnit(value, unit),
      `font-size="34" text-anchor="middle" fill="${colors[step?.color ?? ''] ?? '#222'}"`,
    );
  }
  const fit = Math.floor((height - 6) / 17);
  return rows
    .slice(0, fit)
    .map(({ words, value }, index) => {
      const y = 14 + index * 17;
      return (
        text(8, y, words, 'font-size="12"') +
        text(width - 10, y, inUnit(value, unit), 'font-size="12" text-anchor="end"')
      );
    })
    .join('');
}

/** Thresholds of Grafana, dark enough for a white ground. */
const colors: Readonly<Record<string, string>> = {
  green: '#37872d',
  yellow: '#a37a00',
  orange: '#c45500',
  red: '#c4162a',
  blue: '#1f60c4',
};

const unitWords: Readonly<Record<string, string>> = {
  short: '',
  s: 's',
  percentunit: 'share',
  currencyUSD: '$',
  decbytes: 'bytes',
  Bps: 'bytes/s',
  reqps: 'requests/s',
};

function unitOf(unit: string): string {
  return unitWords[unit] ?? unit.replace('suffix: ', '');
}

function inUnit(value: number, unit: string): string {
  if (unit === 'percentunit') return `${(value * 100).toFixed(1)} %`;
  if (unit === 's') return `${value.toFixed(0)} s`;
  if (unit === 'currencyUSD') return `$${value.toFixed(2)}`;
  const suffix = unit.startsWith('suffix: ') ? unitOf(unit) : '';
  return `${value.toFixed(value < 10 && value % 1 > 0.05 ? 1 : 0)}${suffix}`;
}

function text(x: number, y: number, words: string, attributes: string): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" ${attributes}>${safe}</text>`;
}
