import type { EChartsOption } from 'echarts';
import type { ShownPanel, Target } from './boards.ts';
import type { Sample } from './server.ts';

export interface Shape {
  width: number;
  height: number;
}

export interface Answered {
  target: Target;
  samples: readonly Sample[];
}

/** More do not fit into a picture; those with the highest values are shown. */
const most = 8;
/** A point for every so many seconds: the picture stays small. */
const everySeconds = 5;

export function graphOf(
  { fieldConfig }: ShownPanel,
  answers: readonly Answered[],
  { width, height }: Shape,
): EChartsOption {
  const all = answers.flatMap(({ target, samples }) => samples.map((sample) => lineOf(target, sample)));
  const lines = all.toSorted((one, other) => other.highest - one.highest).slice(0, most);
  return {
    animation: false,
    grid: { left: 48, right: 170, top: 8, bottom: 22 },
    legend: {
      orient: 'vertical',
      left: width - 164,
      top: 4,
      height: height - 12,
      itemWidth: 10,
      itemHeight: 6,
      itemGap: 4,
      icon: 'roundRect',
      textStyle: { fontSize: 10, width: 140, overflow: 'truncate' },
    },
    xAxis: {
      type: 'time',
      axisLabel: { fontSize: 10, hideOverlap: true, formatter: '{HH}:{mm}:{ss}' },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 3,
      axisLabel: { fontSize: 10, formatter: (value: number) => short(value, fieldConfig.defaults.unit) },
    },
    series: lines.map(({ name, points }) => ({
      type: 'line',
      name,
      data: points,
      showSymbol: false,
      lineStyle: { width: 1.2 },
    })),
  };
}

function lineOf({ legendFormat = '' }: Target, { metric, values }: Sample) {
  const named = legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
  const name = legendFormat === '__auto' ? Object.values(metric).join(' ') || 'value' : named;
  const slots = new Map<number, number>();
  for (const [at, value] of values) {
    const slot = Math.floor(at / everySeconds) * everySeconds;
    slots.set(slot, Math.max(slots.get(slot) ?? 0, Number(value)));
  }
  const points = [...slots].map(([at, value]): [number, number] => [at * 1000, Number(value.toPrecision(4))]);
  return { name, points, highest: Math.max(0, ...points.map(([, value]) => value)) };
}

function short(value: number, unit = 'short'): string {
  const number =
    value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : `${Number(value.toPrecision(3))}`;
  if (unit === 'percentunit') return `${Number((value * 100).toPrecision(3))} %`;
  return unit === 's' ? `${number} s` : number;
}
