import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Deployment, V1NetworkPolicy, V1Role, V1Service } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { rbacFiles, variants } from '../../deploy/rbac.ts';
import { rights } from '../../src/host/rights.ts';
import { fleetSelector } from '../../src/manifest/labels.ts';
import { requests } from '../../src/telemetry/label-values.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'deploy');
const text = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const objects = (...path: string[]) => parseAllDocuments(text(...path)).map((one) => one.toJS());
const ofKind = <T>(kind: string, ...path: string[]): T => objects(...path).find((one) => one.kind === kind);

describe('the Roles', () => {
  test('are what the list of rights makes of them; npm run derive writes them', () => {
    const files = rbacFiles();
    expect(readdirSync(join(folder, 'rbac')).sort()).toEqual([...files.keys()].sort());
    for (const [file, made] of files) expect(text('rbac', file)).toBe(made);
  });

  test.each(variants)('$file grants every right but those that it says it leaves out', ({ file, leavesOut }) => {
    const { rules } = ofKind<V1Role>('Role', 'rbac', file);
    const granted = rules?.flatMap(({ apiGroups, resources = [], verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${apiGroups?.[0]}/${resource}`)),
    );
    const wanted = rights.filter((right) => right.of === undefined && !leavesOut(right));
    expect(granted?.sort()).toEqual(
      wanted.map(({ verb, group = '', resource }) => `${verb} ${group}/${resource}`).sort(),
    );
    for (const { verb, why } of wanted) expect(text('rbac', file)).toContain(`# ${verb}: ${why}`);
  });

  test('are for every request that the adapter makes, and for no other', () => {
    // What anybody may ask; and a log that is followed is got.
    const free = ['selfsubjectaccessreviews', 'version'];
    const asked = requests.filter(([, resource]) => !free.includes(resource));
    const verbs = asked.map(([verb, resource]) => `${verb === 'follow' ? 'get' : verb} ${resource}`);
    expect(rights.map(({ verb, resource }) => `${verb} ${resource}`).sort()).toEqual([...new Set(verbs)].sort());
  });

  test('are those that the README tells of', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const section = /^## In Paperclip\n[\s\S]*?(?=^## )/m.exec(readme)?.[0] ?? '';
    const rows = section.matchAll(/^\| `([a-z/]+)`(?: \(cluster\))? \| ([a-z, ]+) \|/gm);
    const told = [...rows].flatMap(([, resource, verbs = '']) =>
      verbs.split(', ').map((verb) => `${verb} ${resource}`),
    );
    expect(told.sort()).toEqual(rights.map(({ verb, resource }) => `${verb} ${resource}`).sort());
  });
});

describe('the manifests', () => {
  test('are all in the kustomization, but the other Roles', () => {
    const { resources } = parse(text('kustomization.yaml'));
    const others = variants.map(({ file }) => `rbac/${file}`).filter((path) => path !== 'rbac/full.yaml');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
    expect(files.filter((path) => path !== 'kustomization.yaml' && !others.includes(path)).sort()).toEqual(
      resources.sort(),
    );
  });

  test('agree on names, labels and ports', () => {
    const { spec } = ofKind<V1Deployment>('Deployment', 'paperclip.yaml');
    const pod = spec?.template.spec;
    const named = (kind: string, ...path: string[]) =>
      ofKind<{ metadata: { name: string } }>(kind, ...path).metadata.name;
    expect(pod?.serviceAccountName).toBe(named('ServiceAccount', 'rbac', 'full.yaml'));
    expect(pod?.volumes?.[0]?.persistentVolumeClaim?.claimName).toBe(named('PersistentVolumeClaim', 'volume.yaml'));
    const container = pod?.containers[0];
    expect(container?.name).toBe('paperclip');
    expect(container?.volumeMounts).toEqual([{ name: 'data', mountPath: '/paperclip' }]);
    const ports = container?.ports?.map(({ containerPort }) => containerPort);
    expect(ports).toEqual([3100, 9464]);
    const [agents, own] = objects('network-policy.yaml') as V1NetworkPolicy[];
    const chosen = Object.entries(agents?.spec?.podSelector?.matchLabels ?? {}).map(
      ([key, value]) => `${key}=${value}`,
    );
    expect(chosen).toEqual([fleetSelector]);
    expect(own?.spec?.podSelector?.matchLabels).toEqual(spec?.template.metadata?.labels);
    expect(own?.spec?.ingress?.flatMap(({ ports: open }) => open?.map(({ port }) => port))).toEqual(ports);
  });

  test('are what the shipped monitors of Prometheus look for', () => {
    const monitors = parseAllDocuments(readFileSync(join(root, 'dashboards/prometheus/operator.yaml'), 'utf8'))
      .map((one) => one.toJS())
      .filter(({ kind }) => kind.endsWith('Monitor'));
    const [pods, services] = ['PodMonitor', 'ServiceMonitor'].map((kind) => monitors.find((one) => one.kind === kind));
    const { template } = ofKind<V1Deployment>('Deployment', 'paperclip.yaml').spec ?? {};
    const service = ofKind<V1Service>('Service', 'paperclip.yaml');
    expect(template?.metadata?.labels).toEqual(pods.spec.selector.matchLabels);
    expect(service.metadata?.labels).toEqual(services.spec.selector.matchLabels);
    expect(service.spec?.selector).toEqual(template?.metadata?.labels);
    const named = template?.spec?.containers[0]?.ports?.map(({ name }) => name);
    expect(service.spec?.ports?.map(({ targetPort }) => targetPort)).toEqual(named);
    expect(named).toContain(pods.spec.podMetricsEndpoints[0].port);
    expect(service.spec?.ports?.map(({ name }) => name)).toContain(services.spec.endpoints[0].port);
  });

  test('take every board, the provisioning and what Prometheus reads into ConfigMaps', () => {
    const { configMapGenerator } = parse(readFileSync(join(root, 'dashboards/kustomization.yaml'), 'utf8'));
    const [boards, provisioning, prometheus] = configMapGenerator;
    const filesOf = (path: string, end: string) =>
      readdirSync(join(root, 'dashboards', path))
        .filter((file) => file.endsWith(end))
        .map((file) => `${path}/${file}`);
    expect(boards.files).toEqual(filesOf('grafana', '.json').sort());
    expect(provisioning.files).toEqual(filesOf('provisioning', '.yaml').sort());
    const ofAnother = ['operator.yaml', 'rules.test.yaml', 'rules.days.test.yaml'].map((file) => `prometheus/${file}`);
    const read = filesOf('prometheus', '.yaml').filter((file) => !ofAnother.includes(file));
    expect(prometheus.files).toEqual(read.sort());
  });

  test('are in the package', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(files).toEqual(
      expect.arrayContaining([
        'deploy/**/*.yaml',
        'deploy/README.md',
        'dashboards/kustomization.yaml',
        'dashboards/provisioning',
      ]),
    );
  });
});
