import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node';
import { afterAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { testEnvironment } from '../../../src/host/environment/environment.ts';
import { createShared } from '../../../src/host/shared.ts';
import { kubeconfigOf } from '../account.ts';
import { claim, removeVolumes } from '../host-pod.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, result, steps } from '../script.ts';
import { apply, kubectl, surroundings, until } from '../tools.ts';
import { verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-deploy');

/** What `kubectl apply -k` would apply, in our namespace. */
async function made(folder: string): Promise<KubernetesObject[]> {
  const text = await kubectl('kustomize', folder);
  const ours = text.replaceAll(/namespace: paperclip$/gm, `namespace: ${namespace}`);
  return parseAllDocuments(ours).map((one): KubernetesObject => one.toJS());
}

/** A stand-in for the server: there is no image of it to pull here, and no need of one. */
function stoodIn(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Deployment') return object;
  const deployment: V1Deployment = structuredClone(object);
  const [container] = deployment.spec?.template.spec?.containers ?? [];
  delete container?.readinessProbe;
  Object.assign(container ?? {}, { image: surroundings().fakeImage, command: ['sleep', '3600'] });
  return deployment;
}

afterAll(() => kubectl('delete', 'clusterrole,clusterrolebinding', 'paperclip-nodes', '--ignore-not-found'));

test('a server from the manifests has all that runs need: rights, volume, image, and passes the check', async () => {
  await removeVolumes();
  await claim('paperclip', namespace);
  for (const name of ['paperclip', 'claude']) {
    const stringData = { jwt: 'a'.repeat(32), 'api-key': 'dummy' };
    await apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
  }
  const objects = await made('deploy');
  expect(objects.map(({ kind }) => kind).sort()).toEqual([
    'ClusterRole',
    'ClusterRoleBinding',
    'Deployment',
    'NetworkPolicy',
    'NetworkPolicy',
    'PersistentVolumeClaim',
    'Role',
    'RoleBinding',
    'Service',
    'ServiceAccount',
  ]);
  // The claim as it stands is one that the API takes; here it is bound to a folder of the node.
  const volume = objects.find(({ kind }) => kind === 'PersistentVolumeClaim');
  await apply({ ...volume, metadata: { ...volume?.metadata, name: 'as-it-stands' } });
  for (const object of objects.filter(({ kind }) => kind !== 'PersistentVolumeClaim')) await apply(stoodIn(object));
  await kubectl('-n', namespace, 'rollout', 'status', 'deployment/paperclip', '--timeout=60s');
  const pods = ['get', 'pods', '-l', 'app=paperclip', '-o', 'jsonpath={.items[*].metadata.name}'];
  const name = await until('the pod', async () => (await kubectl('-n', namespace, ...pods)).trim());

  const kubeconfig = await kubeconfigOf('paperclip', namespace);
  const env = { CLAUDE_K8S_POD_NAMESPACE: namespace, CLAUDE_K8S_POD_NAME: name };
  const told = { PAPERCLIP_AGENT_JWT_SECRET: 'a', PAPERCLIP_API_URL: 'http://paperclip:3100' };
  const shared = createShared({ env: { ...env, ...told } });
  const { status, checks } = await testEnvironment({ config: { kubeconfig } }, shared);
  await shared.close();
  expect(checks.filter(({ level }) => level !== 'info')).toEqual([]);
  expect(status).toBe('pass');
  const words = checks.map(({ message }) => message).join('\n');
  expect(words).toContain('share claim paperclip');
  expect(words).toContain(`image ${surroundings().fakeImage}`);
  const node = ['auth', 'can-i', 'get', 'nodes', `--as=system:serviceaccount:${namespace}:paperclip`];
  expect((await kubectl(...node)).trim()).toBe('yes');
  await verdictOf({ namespace, kubeconfig, fake: steps(init, content, result) }, { code: null, job: 'deleted' });
});

test('boards, provisioning, scrape configuration and rules are ConfigMaps that the API takes', async () => {
  const maps = await made('dashboards');
  const names = ['claude-k8s-boards', 'claude-k8s-prometheus', 'claude-k8s-provisioning'];
  expect(maps.map(({ metadata }) => metadata?.name).sort()).toEqual(names);
  for (const map of maps) await apply({ ...map, metadata: { ...map.metadata, namespace } }, '--server-side');
  const read = await kubectl('-n', namespace, 'get', 'configmap', 'claude-k8s-prometheus', '-o', 'json');
  const { 'scrape.yaml': scrape, 'rules.yaml': rules } = JSON.parse(read).data;
  expect(parse(scrape).scrape_configs[0].job_name).toBe('claude-k8s');
  expect(parse(rules).groups.length).toBeGreaterThan(1);
  const label = await kubectl('-n', namespace, 'get', 'configmap', '-l', 'grafana_dashboard=1', '-o', 'json');
  const [{ data }] = JSON.parse(label).items;
  expect(Object.keys(data)).toHaveLength(7);
  for (const text of Object.values<string>(data))
    expect(JSON.parse(text)).toMatchObject({ uid: expect.stringMatching(/^claude-k8s-/) });
});
