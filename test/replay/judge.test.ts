import { describe, expect, test } from 'vitest';
import { firstDivergence } from '../../src/replay/judge/decisions.ts';
import { balanceOf } from '../../src/replay/judge/lines.ts';

describe('lines', () => {
  test.each([
    ['all of them', ['a', 'b', 'c'], ['a', 'b', 'c'], { lost: 0, doubled: 0 }],
    ['equal ones are as many as they are', ['a', 'a', 'b'], ['a', 'a', 'b'], { lost: 0, doubled: 0 }],
    ['one too few of equal ones', ['a', 'a', 'b'], ['a', 'b'], { lost: 1, doubled: 0 }],
    ['one too many of equal ones', ['a', 'b'], ['a', 'a', 'b'], { lost: 0, doubled: 1 }],
    ['one in the middle is lost', ['a', 'b', 'c'], ['a', 'c'], { lost: 1, doubled: 0 }],
    ['the end is lost', ['a', 'b', 'c'], ['a'], { lost: 2, doubled: 0 }],
    ['out of order', ['a', 'b', 'c'], ['b', 'a', 'c'], { lost: 1, doubled: 1 }],
    ['not of the log', ['a'], ['a', 'x'], { lost: 0, doubled: 1 }],
    ['nothing', ['a'], [], { lost: 1, doubled: 0 }],
  ])('%s', (_, written, delivered, expected) => {
    expect(balanceOf(written, delivered)).toMatchObject({
      written: written.length,
      delivered: delivered.length,
      ...expected,
    });
  });
});

describe('the first other decision', () => {
  const entered = (phase: string, at: number) => ({ type: 'phase_entered', at, phase, why: 'w' });
  const seen = (at: number) => ({ type: 'container_started', at, pod: 'p' });

  test('is none where only times, output and requests differ', () => {
    const one = [entered('admit', 1), { type: 'output', at: 2, lines: 1, bytes: 2 }, entered('ended', 3)];
    const other = [entered('admit', 1), { type: 'request_retried', at: 1, call: 'x' }, entered('ended', 9)];
    expect(firstDivergence(one, other, 0)).toBeUndefined();
  });

  test('is told with what was seen before it', () => {
    const one = [entered('stream', 1000), seen(1500), entered('grace', 2000)];
    const other = [entered('stream', 1000), seen(1500), entered('conclude', 1800)];
    expect(firstDivergence(one, other, 1000)).toEqual({
      at: 800,
      expected: 'phase_entered phase="grace" why="w"',
      came: 'phase_entered phase="conclude" why="w"',
      before: ['0.000 s phase_entered phase="stream" why="w"', '0.500 s container_started pod="p"'],
    });
  });

  test('can be that nothing more comes', () => {
    const divergence = firstDivergence([entered('stream', 1), entered('ended', 2)], [entered('stream', 1)], 0);
    expect(divergence).toMatchObject({
      at: undefined,
      expected: 'phase_entered phase="ended" why="w"',
      came: undefined,
    });
  });

  test('of the end is that of the verdict', () => {
    const ended = (code: string | null, cause: string | null) => ({
      type: 'run_ended',
      at: 5,
      outcome: { verdict: { code, cause } },
    });
    const divergence = firstDivergence([ended(null, null)], [ended('claude_truncated', 'sigkill')], 0);
    expect(divergence).toMatchObject({ expected: 'run_ended success', came: 'run_ended claude_truncated / sigkill' });
  });
});
