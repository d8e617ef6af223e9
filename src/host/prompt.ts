import {
  DEFAULT_PAPERCLIP_AGENT_PROMPT_TEMPLATE,
  DEFAULT_PAPERCLIP_CONVERSATION_PROMPT_TEMPLATE,
  isPaperclipRecoveryWakePayload,
  joinPromptSections,
  renderPaperclipWakePrompt,
  selectPaperclipTaskMarkdown,
} from '@paperclipai/adapter-utils/server-utils';
import type { AdapterConfig } from '../manifest/config.ts';
import type { HostContext } from './context.ts';
import { renderTemplate } from './template.ts';
import { word } from './word.ts';

type Templates = Pick<AdapterConfig, 'promptTemplate' | 'bootstrapPromptTemplate'>;

/**
 * The prompt of one run, in the words and the order of the host's own adapters: the bootstrap template (first run of a
 * session), why the agent was woken, what an earlier session handed over, the task, and the template. A resumed session that
 * is told what is new needs no template again, nor does one that is to recover what broke.
 */
export function renderPrompt(host: HostContext, config: Templates, { resumed }: { resumed: boolean }): string {
  const { context } = host;
  const conversationMode = context.conversationMode === true;
  const task = selectPaperclipTaskMarkdown(context, { resumedSession: resumed });
  const wake = renderPaperclipWakePrompt(context.paperclipWake, {
    resumedSession: resumed,
    conversationMode,
    // The task's own text is in the prompt already: its description is not said twice.
    suppressIssueDescription: task !== '',
  });
  const data = templateData(host);
  const bootstrap = resumed ? undefined : config.bootstrapPromptTemplate;
  const told = (resumed && wake !== '') || isPaperclipRecoveryWakePayload(context.paperclipWake);
  const usual = conversationMode
    ? DEFAULT_PAPERCLIP_CONVERSATION_PROMPT_TEMPLATE
    : DEFAULT_PAPERCLIP_AGENT_PROMPT_TEMPLATE;
  return joinPromptSections([
    bootstrap === undefined ? '' : renderTemplate(bootstrap, data),
    wake,
    word(context.paperclipSessionHandoffMarkdown) ?? '',
    task,
    told ? '' : renderTemplate(config.promptTemplate ?? usual, data),
  ]);
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
