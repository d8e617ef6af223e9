import { randomBytes } from 'node:crypto';

const bundleSuffix = '.ndjson.zst';

/** `20261125T134933.123Z-agents-ac-scout-1-claude_truncated-9f86d081.ndjson.zst`: sorts by time, collides with none. */
export function bundleName(at: number, namespace: string, job: string, code: string): string {
  const time = new Date(at).toISOString().replaceAll(/[-:]/g, '');
  const words = [time, namespace, job, code].map((word) => word.replaceAll(/[^\w.-]+/g, '_').slice(0, 64));
  return `${[...words, randomBytes(4).toString('hex')].join('-')}${bundleSuffix}`;
}

/** Only what is named like a bundle is ever removed from the folder. */
export function isBundleName(name: string): boolean {
  return /^\d{8}T\d{6}\.\d{3}Z-.+-[0-9a-f]{8}\.ndjson\.zst(\.part)?$/.test(name);
}
