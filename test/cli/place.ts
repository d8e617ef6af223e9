import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/engine/clock.ts';
import { JobController } from '../../src/loopback/job-controller.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { type Loopback, startLoopback } from '../../src/loopback/server.ts';

export const init = JSON.stringify({ type: 'system', subtype: 'init', session_id: 's-1', model: 'm' });
export const said = (text: string) =>
  JSON.stringify({ type: 'assistant', message: { id: text, model: 'm', content: [{ type: 'text', text }] } });
export const done = JSON.stringify({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'ok',
  session_id: 's-1',
  num_turns: 2,
  total_cost_usd: 0.0123,
});

/** A loopback Kubernetes API and the kubeconfig that leads to it. */
export interface Place {
  api: Loopback;
  kubeconfig: string;
  jobs(): string[];
  close(): Promise<void>;
}

/** `life` plays each pod from its creation on. */
export async function openPlace(life: (pod: PodPlay) => void): Promise<Place> {
  const api = await startLoopback(systemClock);
  const controller = new JobController(api, { container: 'claude', started: life });
  const folder = mkdtempSync(join(tmpdir(), 'cli-place-'));
  const kubeconfig = join(folder, "it's a config");
  writeFileSync(kubeconfig, kubeconfigFor(api.url, 'agents').exportConfig());
  return {
    api,
    kubeconfig,
    jobs: () => api.store.list({ resource: 'jobs', namespace: 'agents' }).items.map(({ metadata }) => metadata.name),
    async close() {
      controller.stop();
      await api.close();
      rmSync(folder, { recursive: true });
    },
  };
}
