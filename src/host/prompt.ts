import { type Fields, fieldsIn } from '../claude/event.ts';
import type { AdapterConfig } from '../manifest/config.ts';
import type { HostContext } from './context.ts';
import { renderTemplate } from './template.ts';
import { renderWake } from './wake.ts';
import { word } from './word.ts';

/** Used when the agent's configuration brings no template of its own. */
const defaultTemplate = 'You are {{agent.name}}, agent {{agent.id}} of Paperclip. Go on with your work.';

type Templates = Pick<AdapterConfig, 'promptTemplate' | 'bootstrapPromptTemplate'>;

/**
 * The prompt of one run: the bootstrap template (first run of a session), why the agent was woken, what an earlier
 * session handed over, the task, and the template. A resumed session that is told what is new needs no template again.
 */
export function renderPrompt(host: HostContext, config: Templates, { resumed }: { resumed: boolean }): string {
  const { context } = host;
  const task = taskText(context, resumed);
  const wake = renderWake(context.paperclipWake, { resumed, withoutDescription: task !== undefined });
  const data = templateData(host);
  const bootstrap = resumed ? undefined : config.bootstrapPromptTemplate;
  const template = resumed && wake !== '' ? undefined : (config.promptTemplate ?? defaultTemplate);
  const parts = [
    bootstrap === undefined ? undefined : renderTemplate(bootstrap, data),
    wake,
    word(context.paperclipSessionHandoffMarkdown),
    task,
    template === undefined ? undefined : renderTemplate(template, data),
  ];
  return parts.flatMap((part) => part?.trim() || []).join('\n\n');
}

/** A session that knows the task gets the short form, unless the task was only now given to it. */
function taskText(context: Fields, resumed: boolean): string | undefined {
  const full = word(context.paperclipTaskMarkdown);
  const reason = word(fieldsIn(context.paperclipWake).reason) ?? word(context.wakeReason) ?? '';
  if (!resumed || /assign|recover/i.test(reason)) return full;
  return word(context.paperclipTaskMarkdownCompact) ?? full;
}

/** What a template can name. Configuration and tool access are left out: they hold secrets, and a prompt is no place for one. */
function templateData({ runId, agent, context }: HostContext) {
  const { adapterConfig: _config, runtimeConfig: _runtime, ...named } = agent.all;
  const { paperclipRuntimeTools: _tools, ...said } = context;
  return {
    runId,
    agentId: agent.id,
    companyId: agent.companyId,
    company: { id: agent.companyId },
    agent: { ...named, name: agent.name ?? agent.id },
    run: { id: runId },
    context: said,
  };
}
