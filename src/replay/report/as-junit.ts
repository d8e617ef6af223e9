import { changesOf } from '../accepted.ts';
import type { Result } from '../run-all.ts';
import { asText } from './as-text.ts';

/** JUnit XML: a bundle is a test case, what CI systems show by themselves. */
export function asJunit(results: readonly Result[]): string {
  const cases = results.map(caseOf);
  const failures = results.filter(
    (result) => result.is === 'replayed' && changesOf(result.replayed).open.length > 0,
  ).length;
  const errors = results.filter(({ is }) => is !== 'replayed').length;
  const counts = `tests="${results.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="claude-k8s replay" ${counts}>`,
    ...cases,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf(result: Result): string {
  const path = result.is === 'replayed' ? result.replayed.path : result.path;
  const took = result.is === 'replayed' ? (result.replayed.tookMs / 1000).toFixed(3) : '0';
  const open = `<testcase classname="replay" name="${escaped(path)}" time="${took}">`;
  const text = escaped(asText(result));
  if (result.is !== 'replayed') return `${open}<error message="${escaped(result.error)}">${text}</error></testcase>`;
  const { open: changes } = changesOf(result.replayed);
  if (changes.length === 0) return `${open}</testcase>`;
  const kinds = changes.map(({ is }) => is).join(', ');
  return `${open}<failure message="${escaped(kinds)}">${text}</failure></testcase>`;
}

/** Characters that XML 1.0 does not allow go too: some parsers refuse the whole file for one. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
