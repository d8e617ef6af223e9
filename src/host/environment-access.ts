import type { Cluster } from '../kubernetes/cluster.ts';

export interface Check {
  code: string;
  level: 'info' | 'warn' | 'error';
  message: string;
  hint?: string;
}

interface Need {
  verb: string;
  resource: string;
  group?: string;
  /** What is lost without it; undefined where nothing works without it. */
  without?: string;
}

/** Every verb that a run uses in its namespace. */
const needs: readonly Need[] = [
  { verb: 'create', resource: 'jobs', group: 'batch' },
  { verb: 'get', resource: 'jobs', group: 'batch' },
  { verb: 'list', resource: 'jobs', group: 'batch' },
  { verb: 'delete', resource: 'jobs', group: 'batch' },
  { verb: 'patch', resource: 'jobs', group: 'batch', without: 'no adoption, and admission is per process only' },
  { verb: 'watch', resource: 'jobs', group: 'batch', without: 'Jobs are polled' },
  { verb: 'list', resource: 'pods' },
  { verb: 'watch', resource: 'pods', without: 'pods are polled' },
  { verb: 'get', resource: 'pods/log' },
  { verb: 'create', resource: 'secrets', without: 'no token and no large prompt reaches an agent: such runs fail' },
  { verb: 'list', resource: 'events', without: 'reasons for not starting are less precise' },
];

/** Asks the API itself what this account may do; creates nothing. */
export async function checkAccess(cluster: Pick<Cluster, 'canI'>, namespace: string): Promise<Check[]> {
  const answers = await Promise.all(
    needs.map(async (need) => ({ need, answer: await cluster.canI(need.verb, need.resource, namespace, need.group) })),
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
    const level = need.without === undefined ? 'error' : 'warn';
    return [{ code: 'rbac', level, message: `this account may not ${name}${lost}`, hint }];
  });
  if (checks.length > 0) return checks;
  return [{ code: 'rbac', level: 'info', message: `this account may do all that a run needs in ${namespace}` }];
}
