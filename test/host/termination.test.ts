import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { onTermination } from '../../src/host/termination.ts';
import { settled } from './clock.ts';

function watched() {
  const host = new EventEmitter();
  const heard: string[] = [];
  const stop = onTermination((signal) => void heard.push(signal), host);
  return { host, heard, stop };
}

describe('the end of the host', () => {
  test('is not listened for while the host has no listener: Node ends the process as ever', () => {
    const { host } = watched();
    expect([host.listenerCount('SIGTERM'), host.listenerCount('SIGINT')]).toEqual([0, 0]);
  });

  test('is heard before the host acts on it, once', async () => {
    const { host, heard } = watched();
    host.on('SIGTERM', () => void heard.push('host'));
    await settled();
    host.emit('SIGTERM');
    host.emit('SIGTERM');
    expect(heard).toEqual(['SIGTERM', 'host', 'host']);
    expect(host.listenerCount('SIGTERM')).toBe(1);
  });

  test('is not heard again when the host listens anew on its way out', async () => {
    const { host, heard } = watched();
    host.on('SIGTERM', () => {});
    await settled();
    host.emit('SIGTERM');
    host.on('SIGTERM', () => {});
    await settled();
    host.emit('SIGTERM');
    expect(heard).toEqual(['SIGTERM']);
  });

  test('is heard where the host listened first, and with a listener for one signal only', () => {
    const host = new EventEmitter();
    const heard: string[] = [];
    host.once('SIGINT', () => void heard.push('host'));
    onTermination((signal) => void heard.push(signal), host);
    host.emit('SIGINT');
    expect(heard).toEqual(['SIGINT', 'host']);
    expect(host.listenerCount('SIGINT')).toBe(0);
  });

  test('is left to Node again when the host takes its listener away', async () => {
    const { host } = watched();
    const own = () => {};
    host.on('SIGTERM', own);
    await settled();
    expect(host.listenerCount('SIGTERM')).toBe(2);
    host.off('SIGTERM', own);
    expect(host.listenerCount('SIGTERM')).toBe(0);
  });

  test('is no longer ours after the stop', async () => {
    const { host, heard, stop } = watched();
    host.on('SIGTERM', () => {});
    await settled();
    stop();
    host.emit('SIGTERM');
    expect(heard).toEqual([]);
    expect(host.listenerCount('newListener') + host.listenerCount('removeListener')).toBe(0);
  });
});
