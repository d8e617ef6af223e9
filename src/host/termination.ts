type Signal = 'SIGTERM' | 'SIGINT';
const signals: readonly Signal[] = ['SIGTERM', 'SIGINT'];

/**
 * Calls back when the host is told to end, and changes nothing about how it ends. A listener for a signal switches Node's
 * own exit off, so that ours is only there while the host has one itself, and only for one signal. Without any, the
 * process dies at once, and the next one sees that the holder's process is gone: nothing needs to be done.
 */
export function onTermination(call: (signal: Signal) => void, host: NodeJS.EventEmitter = process): () => void {
  const watched = signals.map((signal) => watchSignal(signal, call, host));
  return () => {
    for (const stop of watched) stop();
  };
}

function watchSignal(signal: Signal, call: (signal: Signal) => void, host: NodeJS.EventEmitter): () => void {
  let heard = false;
  let listening = false;

  const listener = () => {
    listening = false;
    heard = true;
    call(signal);
  };

  function follow(): void {
    const others = host.listenerCount(signal) - host.listenerCount(signal, listener);
    if (others > 0 && !listening && !heard) {
      listening = true;
      host.prependOnceListener(signal, listener);
    } else if (others === 0 && listening) {
      listening = false;
      host.off(signal, listener);
    }
  }

  // `newListener` comes before the listener is there.
  const added = (name: string | symbol, which: unknown) => {
    if (name === signal && which !== listener) queueMicrotask(follow);
  };
  const removed = (name: string | symbol, which: unknown) => {
    if (name === signal && which !== listener) follow();
  };
  host.on('newListener', added);
  host.on('removeListener', removed);
  follow();
  return () => {
    host.off('newListener', added);
    host.off('removeListener', removed);
    host.off(signal, listener);
  };
}
