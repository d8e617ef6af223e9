import { BundleError } from '../record/bundle-error.ts';
import { type Verified, verifyBundle } from '../record/verify.ts';
import { bundlesIn } from '../replay/bundles-in.ts';

export interface Unreadable {
  path: string;
  error: string;
}

/** Looks through bundles and folders of them, one after the other. What can not be read is told and holds up nothing. */
export async function* verifyAll(paths: readonly string[]): AsyncGenerator<Verified | Unreadable> {
  for (const path of paths) {
    for (const bundle of await namedBy(path)) yield 'error' in bundle ? bundle : await verified(bundle.path);
  }
}

async function namedBy(path: string): Promise<({ path: string } | Unreadable)[]> {
  try {
    const bundles = await bundlesIn([path]);
    if (bundles.length === 0) return [{ path, error: `${path}: no bundle (*.ndjson.zst) in it` }];
    return bundles.map((bundle) => ({ path: bundle }));
  } catch (error) {
    return [{ path, error: `${path}: can not be read (${error instanceof Error ? error.message : String(error)})` }];
  }
}

async function verified(path: string): Promise<Verified | Unreadable> {
  try {
    return await verifyBundle(path);
  } catch (error) {
    if (error instanceof BundleError) return { path, error: error.message };
    throw error;
  }
}
