import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Role, V1RoleBinding, V1ServiceAccount } from '@kubernetes/client-node';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { apply, kubectl, surroundings } from './tools.ts';

const folder = join(import.meta.dirname, '../../deploy/rbac');

/** Verbs that are taken away, by resource. */
export type Without = Record<string, string[]>;

/** The kubeconfig of a service account with a Role that is shipped, but what is taken away. */
export async function accountOf(name: string, namespace: string, file: string, without: Without = {}): Promise<string> {
  const [account, role, binding] = await shipped(file);
  const metadata = { name, namespace };
  const rules = role.rules
    ?.map((rule) => {
      const taken = rule.resources?.flatMap((resource) => without[resource] ?? []) ?? [];
      return { ...rule, verbs: rule.verbs.filter((verb) => !taken.includes(verb)) };
    })
    .filter(({ verbs }) => verbs.length > 0);
  await apply({ ...account, metadata });
  await apply({ ...role, metadata, rules });
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await apply({ ...binding, metadata, roleRef: { ...binding.roleRef, name }, subjects });
  return kubeconfigOf(name, namespace);
}

/** The kubeconfig of a service account that is there. */
export async function kubeconfigOf(name: string, namespace: string): Promise<string> {
  const token = (await kubectl('-n', namespace, 'create', 'token', name)).trim();
  const config = parse(await readFile(surroundings().kubeconfig, 'utf8'));
  const [{ name: context }] = config.contexts;
  config.users = [{ name: 'account', user: { token } }];
  config.contexts = [{ name: context, context: { ...config.contexts[0].context, user: 'account' } }];
  const file = join(tmpdir(), `e2e-${process.pid}-${namespace}-${name}.kubeconfig`);
  await writeFile(file, stringify(config), { mode: 0o600 });
  return file;
}

async function shipped(file: string): Promise<[V1ServiceAccount, V1Role, V1RoleBinding]> {
  const documents = parseAllDocuments(await readFile(join(folder, file), 'utf8')).map((one) => one.toJS());
  const of = (kind: string) => documents.find((one) => one.kind === kind);
  return [of('ServiceAccount'), of('Role'), of('RoleBinding')];
}
