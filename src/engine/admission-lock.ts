/** One admission per agent at a time within the process; in the order of asking. */
export class AdmissionLocks {
  private tails = new Map<string, Promise<void>>();

  /** Resolves when it is this one's turn, with the way to give it back. */
  acquire(agent: string): Promise<() => void> {
    const before = this.tails.get(agent) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const tail = before.then(() => promise);
    this.tails.set(agent, tail);
    return before.then(() => () => {
      resolve();
      if (this.tails.get(agent) === tail) this.tails.delete(agent);
    });
  }
}
