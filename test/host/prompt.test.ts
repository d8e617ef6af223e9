import { describe, expect, test } from 'vitest';
import { type HostContext, readContext } from '../../src/host/context.ts';
import { renderPrompt } from '../../src/host/prompt.ts';
import { renderTemplate } from '../../src/host/template.ts';
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
    const places = ['Begin issue-1.', 'ACME-7', 'handed over', '# Whole task', 'Work, Scout.'].map((text) =>
      prompt.indexOf(text),
    );
    expect(places.every((at, index) => at >= 0 && (index === 0 || at > (places[index - 1] ?? 0)))).toBe(true);
    expect(prompt).not.toContain('long');
  });

  test('of a resumed session tells what is new, without the templates', () => {
    const prompt = renderPrompt(hostOf(context), templates, { resumed: true });
    expect(prompt).toContain('ACME-7');
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

  test('without a template is what the host tells its own agents, in a conversation something else', () => {
    const usual = renderPrompt(hostOf({}), noTemplates, { resumed: false });
    expect(usual).toMatch(/agent-1 \(.+\)\. Continue your Paperclip work\./);
    const talk = renderPrompt(hostOf({ conversationMode: true }), noTemplates, { resumed: false });
    expect(talk).toContain('Continue your Paperclip conversation');
  });

  test('tells of comments, and of skills that connectors bring', () => {
    const comments = [{ id: 'c1', body: 'Please hurry', author: { type: 'user', id: 'u1' } }];
    const paperclipWake = { ...context.paperclipWake, comments, connectorSkillInstructions: 'How to use the tracker.' };
    const prompt = renderPrompt(hostOf({ ...context, paperclipWake }), templates, { resumed: true });
    expect(prompt).toContain('Please hurry');
    expect(prompt).toContain('How to use the tracker.');
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
