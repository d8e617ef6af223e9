import { expect, test, vi } from 'vitest';
import { terminalPrinter } from '../../src/cli/print.ts';

function gone(stream: NodeJS.WriteStream): void {
  stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
}

test('a reader of standard output that goes away is told once, and one of standard error not at all', async () => {
  const printer = terminalPrinter();
  const tell = vi.fn();
  printer.whenClosed(tell);
  gone(process.stderr);
  await Promise.resolve();
  expect(tell).not.toHaveBeenCalled();
  gone(process.stdout);
  gone(process.stdout);
  await Promise.resolve();
  expect(tell).toHaveBeenCalledOnce();
});

test('what standard error quotes of others can not move the cursor', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    terminalPrinter().err('error: a\u001b[2Jb');
    expect(write).toHaveBeenCalledExactlyOnceWith('error: a\u241b[2Jb\n');
  } finally {
    write.mockRestore();
  }
});
