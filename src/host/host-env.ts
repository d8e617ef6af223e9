import { type Fields, fieldsIn, listIn } from '../claude/event.ts';
import type { AdapterConfig } from '../manifest/config.ts';
import type { HostContext } from './context.ts';
import { mcpSecrets } from './mcp.ts';
import { word } from './word.ts';

/** Variables that the host writes into `config.env` for processes on its own machine: their paths do not exist in a pod. */
const hostOnly =
  /^(TMPDIR|TMP|TEMP|GH_CONFIG_DIR|PAPERCLIP_(TMPDIR|(\w+_)?SCRATCH_DIR)|PAPERCLIP_GITHUB_\w+|PAPERCLIP_RUNNER_\w+)$/;

/** What of `config.env` goes into the pod. The token that the host made for this run is the only one where there is one. */
export function podEnv(env: AdapterConfig['env'], authToken: string | undefined): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name]) => !hostOnly.test(name) && !(name === 'PAPERCLIP_API_KEY' && authToken !== undefined),
  );
  return Object.fromEntries(kept);
}

/** PAPERCLIP_* of this run, without anything secret. */
export function runEnv({ runId, agent, context, runtimeTools }: HostContext, host: NodeJS.ProcessEnv) {
  const workspace = fieldsIn(context.paperclipWorkspace);
  return given({
    PAPERCLIP_AGENT_ID: agent.id,
    PAPERCLIP_COMPANY_ID: agent.companyId,
    PAPERCLIP_RUN_ID: runId,
    PAPERCLIP_API_URL: word(host.PAPERCLIP_API_URL),
    PAPERCLIP_TASK_ID: word(context.taskId) ?? word(context.issueId),
    PAPERCLIP_ISSUE_WORK_MODE: workMode(context),
    PAPERCLIP_WAKE_REASON: word(context.wakeReason),
    PAPERCLIP_WAKE_COMMENT_ID: word(context.wakeCommentId) ?? word(context.commentId),
    PAPERCLIP_APPROVAL_ID: word(context.approvalId),
    PAPERCLIP_APPROVAL_STATUS: word(context.approvalStatus),
    PAPERCLIP_LINKED_ISSUE_IDS: words(context.issueIds),
    PAPERCLIP_WORKSPACE_CWD: word(workspace.cwd),
    PAPERCLIP_WORKSPACE_SOURCE: word(workspace.source),
    PAPERCLIP_WORKSPACE_STRATEGY: word(workspace.strategy),
    PAPERCLIP_WORKSPACE_ID: word(workspace.workspaceId),
    PAPERCLIP_WORKSPACE_REPO_URL: word(workspace.repoUrl),
    PAPERCLIP_WORKSPACE_REPO_REF: word(workspace.repoRef),
    PAPERCLIP_WORKSPACE_BRANCH: word(workspace.branchName),
    PAPERCLIP_WORKSPACE_WORKTREE_PATH: word(workspace.worktreePath),
    AGENT_HOME: word(workspace.agentHome),
    // The host's own words to an agent name these; in a pod what lies there goes with the pod.
    PAPERCLIP_SCRATCH_DIR: '/tmp',
    PAPERCLIP_RUN_SCRATCH_DIR: '/tmp',
    ...toolsEnv(runtimeTools),
  });
}

/** Tokens of this run: they travel in the Job's Secret only. */
export function runSecrets({ authToken, runtimeTools, mcpServers }: HostContext): Record<string, string> {
  return given({
    PAPERCLIP_API_KEY: authToken,
    PAPERCLIP_RUNTIME_TOOLS_TOKEN: word(runtimeTools.bearerToken),
    ...mcpSecrets(mcpServers),
  });
}

function toolsEnv(tools: Fields) {
  const rest = fieldsIn(tools.rest);
  return {
    PAPERCLIP_RUNTIME_TOOLS_MCP_URL: word(tools.mcpEndpoint),
    PAPERCLIP_RUNTIME_TOOLS_EXPIRES_AT: word(tools.expiresAt),
    PAPERCLIP_RUNTIME_TOOLS_CONNECTIONS_SEARCH_URL: word(rest.connectionsSearch),
    PAPERCLIP_RUNTIME_TOOLS_CONNECTION_REQUEST_URL: word(rest.connectionRequest),
    PAPERCLIP_RUNTIME_TOOLS_AVAILABLE: words(tools.tools),
    PAPERCLIP_RUNTIME_TOOLS_GUIDANCE: word(tools.guidance),
  };
}

function workMode(context: Fields): string | undefined {
  const issue = fieldsIn(context.paperclipIssue);
  return word(issue.workMode) ?? word(fieldsIn(fieldsIn(context.paperclipWake).issue).workMode);
}

function words(value: unknown): string | undefined {
  const list = listIn(value).flatMap((item) => word(item) ?? []);
  return list.length === 0 ? undefined : list.join(',');
}

function given(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
