import type { Explanation } from './explain.ts';
import { visible } from './visible.ts';

/**
 * An explanation for a terminal: the verdict first, then how it came to it, then what to do. What a bundle brings along
 * neither moves the cursor nor looks like a line of its own.
 */
export function asText(told: Explanation): string {
  const { code, cause, namespace, job, runId, build, startedAt, durationMs } = told;
  const head =
    code === null ? (told.whole ? 'success' : 'no verdict') : `${code}${cause === null ? '' : ` / ${cause}`}`;
  const lines = [
    head,
    `Job ${job} in namespace ${namespace}, run ${runId}`,
    `${seconds(durationMs)} from ${startedAt}, recorded by build ${build}`,
    ...(told.whole ? [] : ['The recording has no end: the process went away, or the file was cut.']),
    ...(told.message === '' ? [] : ['', told.message]),
    ...section('Timeline', timeline(told)),
    ...section('Notes', told.notes),
    ...section('Contradictions', told.contradictions),
    ...section(
      'Ruled out',
      told.ruledOut.map((one) => `${one.cause}: ${one.because}`),
    ),
    ...section('What to do', told.remedy === undefined ? [] : [told.remedy]),
    ...section('Look next', told.next),
  ];
  return lines.map((line) => visible(line.replaceAll('\n', '\n    '))).join('\n');
}

function timeline({ timeline: moments }: Explanation): string[] {
  const times = moments.map(({ t }) => seconds(t));
  const width = Math.max(0, ...times.map(({ length }) => length));
  return moments.map(
    ({ text, marked }, index) => `${(times[index] ?? '').padStart(width)} ${marked ? '!' : ' '} ${text}`,
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
