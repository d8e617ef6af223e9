/** The counters of a scrape that are not at 0, by series; without those that tell how fast or how big something was. */
export function countersIn(scrape: string): Record<string, number> {
  const counters: Record<string, number> = {};
  for (const line of scrape.split('\n')) {
    const [sample = ''] = line.split(' # ');
    const at = sample.lastIndexOf(' ');
    const series = sample.slice(0, at);
    const value = Number(sample.slice(at + 1));
    if (/^claude_k8s_\w+_total(\{.*\})?$/.test(series) && value !== 0) counters[series] = value;
  }
  return counters;
}
