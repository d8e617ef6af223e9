import { type Fields, fieldsIn } from '../claude/event.ts';
import type { Rule } from './json-bytes.ts';
import { each, having, type Rules } from './rules.ts';

/** What stays of a stream-json event, as long as it looks like a word of the protocol. */
const identifiers = new Set(
  `type subtype id uuid session_id parent_tool_use_id tool_use_id task_id run_id agent_id request_id model role name
   tool_name stop_reason terminal_reason timestamp status task_type error api_error_type error_type apiKeySource
   claude_code_version permissionMode rateLimitType overageStatus fast_mode_state isUsingOverage`.split(/\s+/),
);

/**
 * One event of Claude Code. The agent's texts, its thinking and what its tools take and give are filled; type, ids, usage
 * and errors stay. A field that is not known is filled too: the format grows with every version.
 */
export function outputRule(rules: Rules, event: Fields): Rule {
  const { identifier, fill, opaque, words, keep } = rules;
  const counters: Rule = { ...identifier, number: keep.number };
  const block = having(fill, (name) => {
    if (name === 'input' || name === 'content' || name === 'source' || name === 'citations') return opaque;
    return identifiers.has(name) ? identifier : undefined;
  });
  const message = having(fill, (name) => {
    if (name === 'content') return each(fill, block);
    if (name === 'usage') return counters;
    return identifiers.has(name) ? identifier : undefined;
  });
  const failed = event.type === 'result' && event.is_error === true && event.subtype === 'success';
  const members: Readonly<Record<string, Rule>> = {
    message,
    usage: counters,
    modelUsage: counters,
    model_usage_since_last_result: counters,
    rate_limit_info: counters,
    tool_use_result: opaque,
    tool_input: opaque,
    input: opaque,
    // The words of an API that failed; a text beside any other end is the agent's own.
    result: failed ? words : fill,
    errors: words,
    error: typeof event.error === 'string' ? identifier : words,
  };
  return having(fill, (name) => {
    if (Object.hasOwn(members, name)) return members[name];
    return identifiers.has(name) ? identifier : undefined;
  });
}

/** Whether a line is one of Claude Code's events; the rule depends on which. */
export function eventOf(value: unknown): Fields | undefined {
  const event = fieldsIn(value);
  return typeof event.type === 'string' ? event : undefined;
}
