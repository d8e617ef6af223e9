/** What becomes of a bundle: `removed` by the bound of its folder. */
export type BundleResult = 'written' | 'failed' | 'removed';

/** Who counts what the recorder does. */
export interface RecorderListener {
  /** Of a bundle that could not be written there are no bytes. */
  bundles(result: BundleResult, count: number, bytes: number): void;
  /** Bytes of memory that went because all recordings together were over its bound. */
  dropped(bytes: number): void;
}
