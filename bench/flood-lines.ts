/** Output of the agent as Claude Code writes it, about 1 KiB a line: words, tool calls, their results, tasks. */
export function agentLines(): string[] {
  const text = 'The next step reads the file, changes the two lines that matter and runs the tests again. ';
  const code = 'const total = items.map((item) => item.price * item.count);\n\t// "quoted", naïve café ☕\n';
  const usage = { input_tokens: 12, output_tokens: 40, cache_read_input_tokens: 5123, cache_creation_input_tokens: 31 };
  const tail = { session_id: '346382b2-643d-4650-aab6-af54a7211a86', uuid: '2a4198ac-b7ad-4f66-bc40-06190456ee79' };
  const assistant = (id: string, content: unknown) => ({
    type: 'assistant',
    message: { id, type: 'message', role: 'assistant', model: 'claude-sonnet-4-6', content: [content], usage },
    parent_tool_use_id: null,
    ...tail,
  });
  const toolResult = (id: string, stdout: string) => ({
    type: 'user',
    message: { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content: stdout, is_error: false }] },
    parent_tool_use_id: null,
    ...tail,
    tool_use_result: { stdout, stderr: '', interrupted: false, isImage: false },
  });
  const events = Array.from({ length: 25 }, (_, turn) => [
    assistant(`msg_${turn}`, { type: 'text', text: text.repeat(6) }),
    assistant(`msg_${turn}`, {
      type: 'tool_use',
      id: `toolu_${turn}`,
      name: 'Edit',
      input: { file_path: `/workspace/src/file-${turn}.ts`, new_string: code.repeat(5) },
    }),
    toolResult(`toolu_${turn}`, code.repeat(4)),
    { type: 'system', subtype: 'task_progress', task_id: `task-${turn}`, description: text.repeat(9), ...tail },
  ]);
  return events.flat().map((event) => JSON.stringify(event));
}
