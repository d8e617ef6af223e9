/** The counters of a scrape that are not at 0, as they are written. */
export function movedCounters(scrape: string): string[] {
  return scrape
    .split('\n')
    .map((line) => line.split(' # ')[0]?.trim() ?? '')
    .filter((line) => /^claude_k8s_\w+_total(\{.*\})? /.test(line) && !/ 0$/.test(line));
}
