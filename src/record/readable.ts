import { BundleError } from './bundle-error.ts';

/**
 * Does what reads a bundle. The fields that every reader relies on are checked when it is opened; beyond them a bundle is
 * somebody's word, and where it makes no sense whoever reads it fails over a value that is none.
 * @throws BundleError for that
 */
export async function readable<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
      throw new BundleError(`${path}: corrupt: what its frames say makes no sense (${error.message})`, {
        cause: error,
      });
    }
    throw error;
  }
}
