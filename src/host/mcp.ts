import { fieldsIn, listIn } from '../claude/event.ts';
import { word } from './word.ts';

/** A server of tools that the host lends to one run. */
export interface McpServer {
  name: string;
  url: string;
  /** The variable of the pod that holds its token, and the token. */
  variable: string;
  token: string;
}

/** Those that `ctx.runtimeMcp` gives; what can not be read, or throws, is left out. */
export function mcpServersIn(access: unknown): McpServer[] {
  const { getServers } = fieldsIn(access);
  if (typeof getServers !== 'function') return [];
  const given = quietly(() => getServers.call(access));
  const servers = listIn(given).flatMap((one) => {
    const { name, url, token } = fieldsIn(one);
    const [called, at, secret] = [word(name), word(url), word(token)];
    return called && at && secret ? [{ name: called, url: at, token: secret }] : [];
  });
  return servers.map((one, index) => ({ ...one, variable: `PAPERCLIP_MCP_TOKEN_${index + 1}` }));
}

/**
 * Claude Code reads the variable when it connects, so that the Job and its arguments hold no token. What the agent has of
 * its own stays.
 */
export function mcpArguments(servers: readonly McpServer[]): string[] {
  if (servers.length === 0) return [];
  const names = servers.map(({ name }) => name.replaceAll(/[^\w-]+/g, '-'));
  const entries = servers.map(({ url, variable }, index) => {
    const name = names[index] ?? '';
    const own = names.indexOf(name) === index ? name : `${name}-${index + 1}`;
    return [own, { type: 'http', url, headers: { Authorization: `Bearer \${${variable}}` } }];
  });
  return ['--mcp-config', JSON.stringify({ mcpServers: Object.fromEntries(entries) })];
}

export function mcpSecrets(servers: readonly McpServer[]): Record<string, string> {
  return Object.fromEntries(servers.map(({ variable, token }) => [variable, token]));
}

function quietly(call: () => unknown): unknown {
  try {
    return call();
  } catch {
    return undefined;
  }
}
