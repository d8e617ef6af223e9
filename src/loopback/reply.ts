/** The way back to whoever asked, over a socket or within the process. */
export interface Reply {
  /** Before the first byte. */
  status(code: number): void;
  header(name: string, value: string): void;
  /** Sends the head now. Without this it goes out with the first byte. */
  flush(): void;
  /** One chunk on the wire. */
  write(bytes: Buffer | string): void;
  /** The orderly end. */
  finish(bytes?: string): void;
  /** `reset`: RST. `fin`: the connection is closed in an orderly way, but in the middle of the answer. */
  cut(how: 'reset' | 'fin'): void;
  /** Called once when the connection is over, whoever ended it. */
  onClose(fn: () => void): void;
  /** What was written and not yet taken, because the other side does not read. */
  readonly unsentBytes: number;
}
