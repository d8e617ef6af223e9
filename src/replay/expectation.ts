import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BundleError } from '../record/read-bundle.ts';

const verdict = z.strictObject({
  code: z.string().nullable(),
  cause: z.string().nullable(),
  exitCode: z.number().nullable(),
});

const expectation = z.strictObject({
  /** Instead of the recorded verdict: the recording build was wrong. */
  verdict: verdict.optional(),
  /** Intended changes: each is let through, with its reason in the report. */
  accept: z
    .array(z.strictObject({ change: z.string(), came: verdict.optional(), reason: z.string().min(10) }))
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
  } catch {
    return { accept: [] };
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
