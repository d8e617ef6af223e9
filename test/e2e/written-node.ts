import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from './written.ts';

/** Often enough that no file is rotated or removed between two looks. */
const everyMs = 40;

interface Kept {
  fd: number;
  inode: number;
}

/**
 * The files that the container runtime writes, held open: what is deleted or rotated away stays readable. Independent of
 * the API, the kubelet's log endpoint and every connection.
 */
export function collectOnNode(namespace: string, folder: string): Written {
  const byPod = new Map<string, Kept[]>();
  const look = () => {
    for (const pod of readdirSync(folder)) {
      const [where, name] = pod.split('_');
      if (where !== namespace || name === undefined) continue;
      const agent = join(folder, pod, 'claude');
      for (const file of filesIn(agent)) keep(byPod, name, join(agent, file));
    }
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    pods: () => [...byPod.keys()],
    lines(pod) {
      look();
      return (byPod.get(pod) ?? []).flatMap(({ fd }) => criLines(textOf(fd)));
    },
    stop() {
      clearInterval(timer);
      for (const { fd } of [...byPod.values()].flat()) closeSync(fd);
      byPod.clear();
    },
  };
}

/** A rotated file is renamed and stays the same one; what is made of it later (`.gz`) is a copy. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /^\d+\.log(\.\d{8}-\d{6})?$/.test(file))
      .sort((a, b) => (a.length === b.length ? a.localeCompare(b) : b.length - a.length));
  } catch {
    return [];
  }
}

function keep(byPod: Map<string, Kept[]>, pod: string, path: string): void {
  const kept = byPod.get(pod) ?? [];
  try {
    const { ino } = statSync(path);
    if (kept.some(({ inode }) => inode === ino)) return;
    const fd = openSync(path, 'r');
    byPod.set(pod, kept);
    const { ino: opened } = fstatSync(fd);
    if (kept.some(({ inode }) => inode === opened)) closeSync(fd);
    else kept.push({ fd, inode: opened });
  } catch {
    // Gone between the two calls: it was seen before, or there was nothing in it.
  }
}

function textOf(fd: number): string {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  const length = readSync(fd, bytes, 0, bytes.length, 0);
  return bytes.toString('utf8', 0, length);
}

/** `<time> stdout F <text>`; P is a part that goes on in the next record of its stream. */
export function criLines(text: string): string[] {
  const open = new Map<string, string>();
  const lines = text.split('\n').flatMap((record) => {
    const [, stream = '', tag, part = ''] = /^\S+ (stdout|stderr) ([FP]) (.*)$/s.exec(record) ?? [];
    if (tag === undefined) return [];
    const line = (open.get(stream) ?? '') + part;
    if (tag === 'P') open.set(stream, line);
    else open.delete(stream);
    return tag === 'P' ? [] : [line];
  });
  return [...lines, ...open.values()];
}
