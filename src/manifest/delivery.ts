/** How the prompt and what else the agent reads reach the pod. Sizes are bytes of UTF-8. */
export interface Delivery {
  by: 'env' | 'secret';
  bytes: number;
}

/** Linux refuses one env string of 128 KiB (E2BIG); an environment of several such strings has limits too. */
const inlineBytes = 96 * 1024;
/** The API server's limit for the data of one Secret. */
const secretBytes = 1024 * 1024;

/** @returns an error text when it fits nowhere. */
export function planDelivery(
  prompt: string,
  instructions: string | undefined,
  secretEnv: Readonly<Record<string, string>>,
): Delivery | { error: string } {
  const text = Buffer.byteLength(prompt) + Buffer.byteLength(instructions ?? '');
  const tokens = Object.values(secretEnv).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (text <= inlineBytes && tokens <= secretBytes) return { by: 'env', bytes: text };
  if (text + tokens <= secretBytes) return { by: 'secret', bytes: text };
  const parts = `the prompt has ${Buffer.byteLength(prompt)} bytes, the instructions ${Buffer.byteLength(instructions ?? '')}, the run's tokens ${tokens}`;
  return {
    error: `${parts}: together at most ${secretBytes} bytes fit into a Kubernetes Secret`,
  };
}
