export interface Model {
  id: string;
  label: string;
}

/** Names that Claude Code itself resolves to the latest of their kind: a list of versions here would be old soon. */
export const models: Model[] = [
  { id: 'opus', label: 'Opus, the latest' },
  { id: 'sonnet', label: 'Sonnet, the latest' },
  { id: 'haiku', label: 'Haiku, the latest' },
  { id: 'opusplan', label: 'Opus to plan, Sonnet to carry out' },
];

/** The model that agents get without one of their own, when the host's environment names it: they inherit that. */
export async function detectModel(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ model: string; provider: string; source: string } | null> {
  const model = env.ANTHROPIC_MODEL?.trim();
  return model ? { model, provider: 'anthropic', source: 'ANTHROPIC_MODEL' } : null;
}
