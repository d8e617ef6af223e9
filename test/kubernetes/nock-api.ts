import { KubeConfig } from '@kubernetes/client-node';
import nock from 'nock';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { ApiExchange } from '../../src/kubernetes/exchange.ts';
import type { Answer, ApiFault } from '../../src/run/answer.ts';
import { ManualClock } from '../loopback/manual-clock.ts';

export const server = 'https://api.test:6443';

/** The real client against answers given one by one; what is not expected is refused with 501 by nock. */
export function nockedCluster() {
  nock.disableNetConnect();
  const exchanges: ApiExchange[] = [];
  const clock = new ManualClock();
  const cluster = createCluster({
    config: tokenConfig(server),
    clock,
    listener: { exchange: (exchange) => exchanges.push(exchange), watchRestarted() {} },
  });
  return { cluster, clock, exchanges, api: nock(server) };
}

export function tokenConfig(url: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'c', server: url, skipTLSVerify: true }],
    users: [{ name: 'u', token: 'sesame' }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  });
  return config;
}

export async function faultOf(answer: Promise<Answer<unknown>>): Promise<ApiFault> {
  const given = await answer;
  if (given.ok) throw new Error(`it was answered: ${JSON.stringify(given.value)}`);
  return given.fault;
}

export async function answerOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer;
  if (!given.ok) throw new Error(`it failed: ${given.fault.message}`);
  return given.value;
}
