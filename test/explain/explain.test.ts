import { describe, expect, test } from 'vitest';
import { asText } from '../../src/explain/as-text.ts';
import { explain } from '../../src/explain/explain.ts';
import { named, nextCommands } from '../../src/explain/next-commands.ts';
import { timelineOf } from '../../src/explain/timeline.ts';
import { causes, failureCodes, series } from '../../src/failure/table.ts';
import { judge } from '../../src/failure/verdict.ts';
import { diagnosisOf } from '../../src/prepare/diagnosis.ts';
import type { Frame } from '../../src/record/frame.ts';
import { cutOff, ended } from '../failure/build.ts';
import { decided, header } from './frames.ts';

function killed(): Frame[] {
  const seen = cutOff(ended(137, { reason: 'OOMKilled' }));
  const outcome = {
    verdict: judge(seen),
    result: undefined,
    evidence: seen,
    cursor: undefined,
    job: 'deleted',
    promptDelivered: true,
  } as const;
  return [
    header,
    decided(0, { type: 'phase_entered', phase: 'admit', why: 'run started' }),
    decided(120, { type: 'job_created', job: 'ac-scout-r1', uid: 'u', suspended: true }),
    decided(900, { type: 'attempt_started', attempt: 1, follow: true, since: undefined }),
    decided(950, { type: 'output', lines: 40, bytes: 4000 }),
    decided(990, { type: 'output', lines: 2, bytes: 200 }),
    decided(5_000, {
      type: 'attempt_ended',
      attempt: 1,
      how: 'reset',
      lines: 42,
      bytes: 4200,
      duplicates: 0,
      error: 'ECONNRESET',
    }),
    decided(61_000, { type: 'container_ended', pod: 'p', exitCode: 137, reason: 'OOMKilled', finishedAt: 1 }),
    {
      f: 'footer',
      t: 63_000,
      diagnosis: JSON.parse(JSON.stringify(diagnosisOf(outcome))),
      dropped: { frames: 0, bytes: 0 },
    },
  ];
}

describe('a recorded run', () => {
  test('is told with its verdict, its evidence and what is ruled out', () => {
    const told = explain(killed());
    expect(told).toMatchObject({ code: 'claude_truncated', cause: 'oom_killed', whole: true, durationMs: 63_000 });
    expect(told.message).toContain('OOMKilled');
    expect(told.ruledOut.length).toBeGreaterThan(0);
    expect(told.remedy).toBe(causes.oom_killed.remedy);
    expect(told.next[0]).toMatch(/^kubectl -n agents describe pod /);
  });

  test('reads on a terminal from the verdict down', () => {
    const lines = asText(explain(killed())).split('\n');
    expect(lines[0]).toBe('claude_truncated / oom_killed');
    expect(lines).toContain('   5.000 s ! log stream 1 ended: reset, 42 new lines, 0 seen before (ECONNRESET)');
    expect(lines.filter((line) => line.includes('40'))).toEqual([]);
    expect(lines).toContain('Ruled out');
  });

  test('without an end says so', () => {
    const cut = killed().slice(0, 4);
    expect(asText(explain(cut))).toMatch(/^no verdict\n[\s\S]*The recording has no end/);
  });

  test('without a beginning is no bundle', () => {
    expect(() => explain(killed().slice(1))).toThrow('no header');
  });
});

describe('a bundle of somebody else', () => {
  test('neither moves the cursor nor adds lines of its own', () => {
    const told = explain(killed());
    const text = asText({
      ...told,
      namespace: 'a\u001b[2Jb',
      runId: 'r\nLook next',
      message: 'one\r\u009b31mtwo\u202ethree\u007f',
      notes: ['a\tnote\nLook next\n  kubectl delete all'],
    });
    expect(text).toContain('namespace a\u241b[2Jb, run r\n    Look next\n');
    expect(text).toContain('one\u240d<U+009B>31mtwo<U+202E>three\u2421');
    expect(text).toContain('\n  a\tnote\n    Look next\n      kubectl delete all\n');
    expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  test('gets no command for a name that is none', () => {
    const [first, ...rest] = killed();
    if (first?.f !== 'header') throw new Error('no header');
    const odd = { ...first, request: { ...first.request, namespace: 'x; touch /tmp/pwned #' } };
    expect(explain([odd, ...rest]).next).toEqual([]);
  });

  test.each<[string, Partial<Parameters<typeof nextCommands>[2]>]>([
    ['namespace', { namespace: 'x; touch /tmp/pwned #' }],
    ['Job', { job: '$(reboot)' }],
    ['pod', { pod: 'p`id`' }],
    ['node', { node: ' n\nreboot' }],
    ['pod with an option in its place', { pod: '--kubeconfig=/x' }],
  ])('puts no %s that is no name into a command', (_, odd) => {
    const place = named({ namespace: 'n', job: 'j', pod: 'p', node: 'x', ...odd });
    for (const { code, cause } of series()) {
      const commands = nextCommands(code, cause === 'none' ? null : cause, place).join('\n');
      for (const name of Object.values(odd)) expect(commands).not.toContain(name);
      expect(commands).not.toMatch(/undefined/);
    }
  });
});

test('output is counted, not listed', () => {
  const moments = timelineOf(killed().filter((frame) => frame.f === 'decision'));
  expect(moments.map(({ text }) => text).join('\n')).not.toContain('output');
  expect(moments.at(-1)).toMatchObject({ marked: true, text: expect.stringContaining('137') });
});

test('every code and cause has a next command, with every name filled in', () => {
  const place = { namespace: 'n', job: 'j', pod: 'p', node: 'x' };
  for (const { code, cause } of series()) {
    const commands = nextCommands(code, cause === 'none' ? null : cause, place);
    expect(commands.length, `${code} ${cause}`).toBeGreaterThan(0);
    expect(commands.join()).not.toMatch(/undefined/);
  }
  expect(
    failureCodes.every((code) => nextCommands(code, null, { ...place, pod: undefined, node: undefined }).length > 0),
  ).toBe(true);
  expect(nextCommands(null, null, place)).toEqual([]);
});
