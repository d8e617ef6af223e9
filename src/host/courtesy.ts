/** Calls back into the host and takes what it throws or rejects with: no callback ever touches a run. */
export async function politely(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch {
    // The host's own affair.
  }
}
