/** A bundle that is none, or that can not be read; the message says which and what to do. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}
