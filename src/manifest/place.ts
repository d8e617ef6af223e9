/** Where things lie in the pod. */
export const place = {
  home: '/paperclip',
  input: '/run/paperclip',
  prompt: '/run/paperclip/prompt',
  instructions: '/run/paperclip/instructions',
  secret: '/run/paperclip-secret',
} as const;

/** Volume names. */
export const volume = { home: 'paperclip-home', input: 'paperclip-input', secret: 'paperclip-secret' } as const;

/** Keys of the run's Secret; a token's key is `env.<NAME>`. */
export const secretKey = {
  prompt: 'prompt',
  instructions: 'instructions',
  env: (name: string) => `env.${name}`,
} as const;

/** The agent's container: its log is the output, its end is the run's. */
export const agentContainer = 'claude';
