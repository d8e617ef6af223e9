import { expect, test } from 'vitest';
import { mcpArguments, mcpSecrets, mcpServersIn } from '../../src/host/mcp.ts';

const given = (...servers: unknown[]) => mcpServersIn({ getServers: () => servers });
const bearer = (n: number) => `Bearer \${PAPERCLIP_MCP_TOKEN_${n}}`;
const one = { name: 'Paperclip projects', url: 'http://p/1', token: 'secret-1', connectionId: 'c' };

test('each server is named so that Claude Code takes it, and its token stands in a variable of its own', () => {
  const servers = given(one, { ...one, name: 'Paperclip-projects', url: 'http://p/2', token: 'secret-2' });
  const [flag, text = ''] = mcpArguments(servers);
  expect(flag).toBe('--mcp-config');
  expect(JSON.parse(text)).toEqual({
    mcpServers: {
      'Paperclip-projects': {
        type: 'http',
        url: 'http://p/1',
        headers: { Authorization: bearer(1) },
      },
      'Paperclip-projects-2': {
        type: 'http',
        url: 'http://p/2',
        headers: { Authorization: bearer(2) },
      },
    },
  });
  expect(text).not.toContain('secret');
  expect(mcpSecrets(servers)).toEqual({ PAPERCLIP_MCP_TOKEN_1: 'secret-1', PAPERCLIP_MCP_TOKEN_2: 'secret-2' });
});

test('what is no server is left out, and a host that lends none, or fails to, changes nothing', () => {
  expect(given(one, { ...one, token: ' ' }, { name: 'x' }, 7, null)).toHaveLength(1);
  const fails = {
    getServers() {
      throw new Error('no database');
    },
  };
  for (const access of [undefined, {}, { getServers: 1 }, { getServers: () => 'x' }, fails]) {
    expect(mcpServersIn(access)).toEqual([]);
  }
  expect(mcpArguments([])).toEqual([]);
  expect(mcpSecrets([])).toEqual({});
});
