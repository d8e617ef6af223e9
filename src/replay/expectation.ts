import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BundleError } from '../record/read-bundle.ts';
import type { Change } from './judge/judge.ts';

const verdict = z.strictObject({
  code: z.string().nullable(),
  cause: z.string().nullable(),
  exitCode: z.number().nullable(),
});

const reason = z.string().trim().min(10);
const otherChanges = [
  'no_verdict',
  'lines_lost',
  'lines_doubled',
  'living_job_deleted',
  'requests',
] as const satisfies Exclude<Change['is'], 'verdict'>[];

const expectation = z.strictObject({
  /** Instead of the recorded verdict: the recording build was wrong. */
  verdict: verdict.optional(),
  /** Intended changes: each is let through, with its reason in the report. */
  accept: z
    .array(
      z.discriminatedUnion('change', [
        z.strictObject({ change: z.literal('verdict'), reason, came: verdict }),
        z.strictObject({ change: z.enum(otherChanges), reason }),
      ]),
    )
    .default([]),
  /** For people: how the incident was made. */
  about: z.string().optional(),
});

export type Expectation = z.infer<typeof expectation>;

/** `expected.json` beside a bundle, if there is one. @throws BundleError when it is not what it should be */
export async function expectedOf(bundle: string): Promise<Expectation> {
  const path = join(dirname(bundle), 'expected.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { accept: [] };
    throw new BundleError(`${path}: can not be read (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = expectation.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BundleError(`${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not readable'}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
