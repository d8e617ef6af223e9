import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Written } from './written.ts';

const columns = [
  '.object.metadata.name',
  '.object.status.containerStatuses[?(@.name=="claude")].state.running.startedAt',
  '.object.status.containerStatuses[?(@.name=="claude")].state.terminated.finishedAt',
];
const line = `{${columns.join('}{" "}{')}}{"\\n"}`;

interface Followed {
  child: ChildProcess;
  text: string;
}

/** `kubectl logs -f` of every agent from the moment its container runs: for nodes whose files can not be read from here. */
export function followByKubectl(namespace: string): Written {
  const byPod = new Map<string, Followed>();
  let stopped = false;
  let watch: ChildProcess | undefined;
  const again = () => {
    if (stopped) return;
    const args = ['-n', namespace, 'get', 'pods', '--watch', '--output-watch-events', '-o', `jsonpath=${line}`];
    watch = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    if (watch.stdout !== null) createInterface({ input: watch.stdout }).on('line', see);
    watch.once('exit', () => setTimeout(again, 200));
  };
  const see = (words: string) => {
    const [pod, ...began] = words.split(' ').filter(Boolean);
    if (pod !== undefined && began.length > 0 && !byPod.has(pod)) byPod.set(pod, follow(namespace, pod));
  };
  again();
  return {
    pods: () => [...byPod.keys()],
    lines: (pod) => linesOf(byPod.get(pod)?.text ?? ''),
    stop() {
      stopped = true;
      watch?.kill();
      for (const { child } of byPod.values()) child.kill();
      byPod.clear();
    },
  };
}

function follow(namespace: string, pod: string): Followed {
  const args = ['-n', namespace, 'logs', '-f', pod, '-c', 'claude'];
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const followed: Followed = { child, text: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    followed.text += chunk;
  });
  return followed;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
