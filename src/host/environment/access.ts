import type { Cluster } from '../../kubernetes/cluster.ts';
import { rights } from '../rights.ts';
import type { Check } from './check.ts';

/**
 * Asks the API itself what this account may do; creates nothing.
 * @param signsTokens the server gives every run a token, which goes by Secret
 */
export async function checkAccess(
  cluster: Pick<Cluster, 'canI'>,
  namespace: string,
  signsTokens: boolean,
): Promise<Check[]> {
  const answers = await Promise.all(
    rights
      .filter(({ told }) => told)
      .map(async (need) => ({ need, answer: await cluster.canI(need.verb, need.resource, namespace, need.group) })),
  );
  const checks = answers.flatMap(({ need, answer }): Check[] => {
    const name = `${need.verb} ${need.resource}`;
    if (answer.ok && answer.value) return [];
    if (!answer.ok) {
      const message = `whether this account may ${name} is not known: ${answer.fault.message}`;
      return [{ code: 'rbac', level: 'warn', message }];
    }
    const lost = need.without === undefined ? '' : `: ${need.without}`;
    const hint = `allow ${need.verb} on ${need.resource} in namespace ${namespace}`;
    const vital = need.without === undefined || (need.resource === 'secrets' && signsTokens);
    const level = vital ? 'error' : 'warn';
    return [{ code: 'rbac', level, message: `this account may not ${name}${lost}`, hint }];
  });
  if (checks.length > 0) return checks;
  return [{ code: 'rbac', level: 'info', message: `this account may do all that a run needs in ${namespace}` }];
}
