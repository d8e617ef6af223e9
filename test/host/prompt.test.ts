import { describe, expect, test } from 'vitest';
import { type HostContext, readContext } from '../../src/host/context.ts';
import { renderPrompt } from '../../src/host/prompt.ts';
import { renderTemplate } from '../../src/host/template.ts';
import { renderWake } from '../../src/host/wake.ts';
import { contextOf } from './ctx.ts';

const noTemplates = { promptTemplate: undefined, bootstrapPromptTemplate: undefined };

function hostOf(context: Record<string, unknown>): HostContext {
  const read = readContext(contextOf({ context }).ctx);
  if (!read.ok) throw new Error(read.error);
  return read.context;
}

describe('a template', () => {
  test.each([
    ['{{agent.id}}/{{ agent.name }}', 'a1/Scout'],
    ['{{runId}} {{missing}}{{agent.missing.deeper}}.', 'r1 .'],
    ['{{context.issue.labels}} {{context.issue.labels.1}}', '["x","y"] y'],
    ['{{context.count}} {{context.flag}} {{context.nothing}}', '3 false '],
    ['{{agent.__proto__}}{{agent.constructor}}{{agent.__proto__.polluted}}{{context.issue.labels.length}}', ''],
    ['{{ agent id }} {single} {{}}', '{{ agent id }} {single} {{}}'],
  ])('%s', (template, expected) => {
    const data = {
      agent: { id: 'a1', name: 'Scout' },
      runId: 'r1',
      context: { issue: { labels: ['x', 'y'] }, count: 3, flag: false, nothing: null },
    };
    expect(renderTemplate(template, data)).toBe(expected);
  });

  test('is filled in once: what a value holds is text', () => {
    expect(renderTemplate('{{a}}', { a: '{{b}}', b: 'no' })).toBe('{{b}}');
  });
});

describe('the prompt', () => {
  const context = {
    issueId: 'issue-1',
    paperclipTaskMarkdown: '# Whole task',
    paperclipTaskMarkdownCompact: '# Short task',
    paperclipSessionHandoffMarkdown: 'handed over',
    paperclipWake: { reason: 'issue_commented', issue: { identifier: 'ACME-7', title: 'Fix it', description: 'long' } },
  };
  const templates = { promptTemplate: 'Work, {{agent.name}}.', bootstrapPromptTemplate: 'Begin {{context.issueId}}.' };

  test('of a first run holds everything, in order', () => {
    const prompt = renderPrompt(hostOf(context), templates, { resumed: false });
    const places = ['Begin issue-1.', '## Why you were woken', 'handed over', '# Whole task', 'Work, Scout.'].map(
      (text) => prompt.indexOf(text),
    );
    expect(places.every((at, index) => at >= 0 && (index === 0 || at > (places[index - 1] ?? 0)))).toBe(true);
    expect(prompt).not.toContain('Description');
  });

  test('of a resumed session tells what is new, without the templates', () => {
    const prompt = renderPrompt(hostOf(context), templates, { resumed: true });
    expect(prompt).toContain('## What is new in your task');
    expect(prompt).toContain('# Short task');
    expect(prompt).not.toMatch(/Begin|Work, Scout|Whole task/);
  });

  test('of a resumed session that is told nothing is the template', () => {
    expect(renderPrompt(hostOf({}), templates, { resumed: true })).toBe('Work, Scout.');
  });

  test('of a task only now assigned to the session is the whole task', () => {
    const assigned = { ...context, paperclipWake: { reason: 'issue_assigned' } };
    expect(renderPrompt(hostOf(assigned), templates, { resumed: true })).toContain('# Whole task');
  });

  test('is never empty', () => {
    expect(renderPrompt(hostOf({}), noTemplates, { resumed: false })).toContain('agent-1');
  });

  test('reaches no secret of the configuration or of the tools', () => {
    const secret = { paperclipRuntimeTools: { bearerToken: 'secret-of-tools' } };
    const promptTemplate =
      '{{agent}} {{agent.adapterConfig.env.KEY}} {{context}} {{context.paperclipRuntimeTools.bearerToken}}';
    expect(renderPrompt(hostOf(secret), { ...noTemplates, promptTemplate }, { resumed: false })).not.toContain(
      'secret',
    );
  });
});

describe('a wake', () => {
  const fresh = { resumed: false, withoutDescription: false };

  test('says who wrote what, and that there is more', () => {
    const text = renderWake(
      {
        reason: 'issue_commented',
        issue: { identifier: 'ACME-7', title: 'Fix it', status: 'todo', description: 'The whole story' },
        comments: [{ id: 'c1', body: 'Please hurry', author: { type: 'user', id: 'u1' }, bodyTruncated: true }, {}],
        fallbackFetchNeeded: true,
      },
      fresh,
    );
    expect(text).toContain('- Reason: issue_commented');
    expect(text).toContain('- Issue: ACME-7 Fix it');
    expect(text).toContain('#### Comment c1, by user u1\nPlease hurry\n(cut off)');
    expect(text).toContain('Not everything fits here');
    expect(text).toContain('### Description\n\nThe whole story');
    expect(text.match(/#### Comment/g)).toHaveLength(1);
  });

  test('loses nothing that it has no words for', () => {
    const text = renderWake({ reason: 'x', planReview: { verdict: 'redo' }, empty: [], zero: 0, no: null }, fresh);
    expect(text).toContain('"verdict": "redo"');
    expect(text).not.toMatch(/empty|zero|"no"/);
  });

  test.each([undefined, null, 'text', {}, []])('that is none (%j) is no text', (wake) => {
    expect(renderWake(wake, fresh)).toBe('');
  });
});
