import { describe, expect, test } from 'vitest';
import { explain } from '../../src/explain/explain.ts';
import { pageOf } from '../../src/explain/html/page.ts';
import { Html, html } from '../../src/explain/html/tag.ts';
import { viewsOf } from '../../src/explain/html/views.ts';
import { causes, failures } from '../../src/failure/table.ts';
import { judge } from '../../src/failure/verdict.ts';
import { diagnosisOf } from '../../src/prepare/diagnosis.ts';
import type { Frame } from '../../src/record/frame.ts';
import { answering, cutOff, ended } from '../failure/build.ts';
import { asked, decided, footer, header, longRun, pod } from './frames.ts';

function text(page: string): string {
  return page
    .replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

/** Elements whose tags are not in order would show more, or less, than was meant. */
function unclosed(page: string): string[] {
  const empty = new Set(['meta', 'input', 'img']);
  const open: string[] = [];
  const markup = page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<script>[\s\S]*?<\/script>/, '');
  for (const [, slash, name = '', alone] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (slash === '' && alone === '' && !empty.has(name)) open.push(name);
    if (slash === '/' && open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

function killed(printed: string): Frame[] {
  const seen = cutOff(ended(137, { reason: 'OOMKilled' }), {
    transcript: answering({ firstPlainText: printed, plainText: [printed] }),
  });
  const outcome = { result: undefined, evidence: seen, cursor: undefined, promptDelivered: true } as const;
  const whole = { ...outcome, verdict: judge(seen), job: 'deleted' } as const;
  return [
    header,
    decided(0, { type: 'phase_entered', phase: 'admit', why: 'run started' }),
    ...asked({ id: 1, t: 10, verb: 'create', status: 500, body: '{}' }),
    decided(40, { type: 'request_retried', call: 'create jobs', fault: 'server_error', tries: 1 }),
    ...asked({ id: 2, t: 50, verb: 'create', status: 201, body: '{}' }),
    decided(900, { type: 'attempt_started', attempt: 1, follow: true, since: undefined }),
    decided(950, { type: 'output', lines: 42, bytes: 4200 }),
    decided(960, { type: 'gap', after: undefined, before: undefined, why: 'the node rotated its log' }),
    decided(61_000, { type: 'container_ended', pod: 'p', exitCode: 137, reason: 'OOMKilled', finishedAt: 1 }),
    decided(62_000, { type: 'phase_left', phase: 'admit', why: 'over', error: 'claude_truncated' }),
    decided(63_000, { type: 'run_ended', outcome: whole }),
    footer(63_000, JSON.parse(JSON.stringify(diagnosisOf(whole)))),
  ];
}

describe('the tag', () => {
  test('escapes every value, in text and in attributes', () => {
    const evil = `</script><script>alert('1')</script>" onload="x & y`;
    expect(html`<p title="${evil}">${evil}</p>`.text).not.toMatch(/<script|<\/script|" onload|'1'/);
    expect(html`${'&'}${[html`<b>`, '<']}${undefined}${false}${0}`.text).toBe('&amp;<b>&lt;0');
    expect(html`${new Html('<i>')}`.text).toBe('<i>');
  });

  test('takes away what turns a text around or hides it', () => {
    expect(html`${'a\u202eb\u200bc\u0000d\te'}`.text).toBe('a\ufffdb\ufffdc\ufffdd\te');
  });
});

describe('a page', () => {
  const page = pageOf(killed('words that it printed'));

  test('says the verdict first, in one sentence, and each thing once', () => {
    const [h1 = ''] = /<h1>[\s\S]*?<\/h1>/.exec(page) ?? [];
    expect(text(h1).trim()).toBe(`${failures.claude_truncated.title}: ${causes.oom_killed.title}.`);
    expect(text(page).split(causes.oom_killed.remedy)).toHaveLength(2);
    expect(page.indexOf('<h1>')).toBeLessThan(page.indexOf('id="picture"'));
    expect(page.indexOf('id="picture"')).toBeLessThan(page.indexOf('id="evidence"'));
  });

  test('has every part of the account', () => {
    const titles = [...page.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, title]) => title);
    const wanted = [
      'Evidence',
      'What speaks against it',
      'Ruled out',
      'Look next',
      'Timeline',
      'Log streams',
      'API calls',
    ];
    expect(titles).toEqual(expect.arrayContaining(wanted));
    expect(text(page)).toMatch(/kubectl -n agents describe pod/);
    expect(unclosed(page)).toEqual([]);
  });

  test('marks a fault on the axis, and the mark leads to its row', () => {
    expect(page).toMatch(/<a href="#c1" aria-label="[^"]*create jobs: 500/);
    expect(page).toMatch(/<tr id="c1" class="marked">/);
    expect(page).toMatch(/<tr id="c2">[\s\S]*?try 2/);
    expect(text(page)).toContain('The run tried again 1 time');
  });

  test('every link of it leads somewhere', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    const dead = [...page.matchAll(/href="#([^"]*)"/g)].filter(([, id]) => !ids.has(id));
    expect(dead).toEqual([]);
    expect(ids.size).toBe([...page.matchAll(/ id="/g)].length);
  });

  test('marks gaps and trouble', () => {
    expect(page).toMatch(/class="gap"/);
    expect(text(page)).toContain('gap: the node rotated its log');
    expect(page).toMatch(/<tr id="m\d+" class="marked">[\s\S]*?exit code 137/);
  });

  test('can load nothing, and runs its own script only', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(/default-src &#39;none&#39;|default-src 'none'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/ (src|style|on[a-z]+)=|https?:\/\/|@import|url\((?!#)/);
  });

  test('has nothing that the agent printed, only its size', () => {
    expect(page).not.toContain('words that it printed');
    expect(text(page)).toContain('It printed 21 characters (not shown)');
    expect(pageOf(longRun(300))).not.toContain('words of the agent');
  });
});

test('whatever a bundle says is text', () => {
  const evil = `</script></title><script>alert(1)</script><img src=x onerror=alert(1)>"'`;
  const page = pageOf([
    {
      ...header,
      build: evil,
      request: { ...header.request, runId: evil, agentId: evil, namespace: evil, jobName: evil },
    },
    decided(0, { type: 'phase_entered', phase: evil, why: evil }),
    decided(1, { type: 'attempt_started', attempt: 1, follow: true, since: evil }),
    decided(2, { type: 'attempt_ended', attempt: 1, how: evil, lines: 1, bytes: 1, duplicates: 0, error: evil }),
    decided(2, { type: 'reconnect_started', reason: evil, delayMs: 1 }),
    decided(3, { type: 'gap', after: evil, before: evil, why: evil }),
    decided(3, { type: 'note', text: evil }),
    ...asked({ id: 1, t: 4, verb: 'watch', resource: 'pods', path: `/${evil}`, status: 200, body: shown(evil) }),
    ...asked({ id: 2, t: 5, resource: evil, path: evil, error: { code: evil, message: evil } }),
    ...asked({ id: 3, t: 5, verb: 'follow', resource: 'pods/log', status: 200, body: evil }),
    footer(9, {
      ...{ code: 'claude_truncated', cause: evil, message: evil, notes: [evil], contradictions: [evil] },
      ...{ ruledOut: [{ cause: evil, because: evil }], job: { name: evil }, pod: { name: evil, node: evil } },
      events: [{ reason: evil, message: evil, type: 'Warning', count: 2 }],
    }),
  ]);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<\/script/g)).toHaveLength(1);
  expect(page).not.toMatch(/<img|"'[<"]/);
  expect(page).toContain('&lt;/script&gt;');
  expect(unclosed(page)).toEqual([]);
});

function shown(evil: string): string {
  const state = { waiting: { reason: evil, message: evil } };
  const event = { type: 'ADDED', object: pod({ name: evil, state, metadata: { uid: evil } }) };
  return `${JSON.stringify(event)}\n`;
}

describe('a long run', () => {
  const page = pageOf(longRun(9_990));

  test('of an hour with 10,000 lines makes less than a megabyte', () => {
    expect(page.length).toBeLessThan(1_000_000);
    expect(text(page)).toContain('9,990 lines');
  });

  test('is drawn whole and near its start, its trouble and its end', () => {
    const views = [...page.matchAll(/<label for="view\d">([^<]*)/g)].map(([, name]) => name);
    expect(views).toEqual(['whole run (1 h 00 min)', 'first minute', 'first trouble', 'last minute']);
  });

  test('is drawn the closer the shorter it is', () => {
    const views = (end: number) =>
      viewsOf(explain([header, footer(end, {})]), end).map(({ from, to }) => [from, to] as const);
    expect(views(19_000)).toEqual([[0, 19_000]]);
    expect(views(40_000)).toEqual([
      [0, 40_000],
      [0, 4_000],
      [36_000, 40_000],
    ]);
    expect(views(7_200_000).at(-1)).toEqual([7_140_000, 7_200_000]);
  });

  test('of thousands of calls and moments says how much of them it shows', () => {
    const frames: Frame[] = [header, footer(9_000_000, { code: null, message: '' })];
    for (let index = 0; index < 6_000; index++) {
      const status = index % 50 === 0 ? 503 : 200;
      frames.push(...asked({ id: index, t: index * 1_000, verb: 'list', status, body: '{}' }));
      frames.push(decided(index * 1_000, { type: 'note', text: `note ${index}` }));
    }
    const many = pageOf(frames);
    expect(many.length).toBeLessThan(1_000_000);
    expect(text(many)).toMatch(/500 of 6,000 calls are shown/);
    expect(text(many)).toMatch(/800 of 6,000 moments are shown/);
    expect(many.match(/<tr id="c\d+" class="marked">/g)).toHaveLength(120);
  });
});

test('a recording without an end is told as one', () => {
  const page = pageOf(killed('x').slice(0, 6));
  expect(text(page)).toContain('The recording has no end');
  expect(text(page)).not.toContain('speaks against');
  expect(page).toMatch(/class="verdict open"/);
});
