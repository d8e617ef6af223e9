import type { V1Job } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { buildJob } from '../../src/manifest/job.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import { at, inherited, plan, request } from './plan.ts';

function built(config: Record<string, unknown> = {}, over: Partial<RunPlan> = {}, suspended = true): V1Job {
  return buildJob({ plan: plan(config, over), suspended, at });
}

function podOf(job: V1Job) {
  const spec = job.spec?.template.spec;
  if (spec === undefined) throw new Error('no pod');
  return spec;
}

function pod(config: Record<string, unknown> = {}, over: Partial<RunPlan> = {}) {
  return podOf(built(config, over));
}

test('the simplest Job, whole', () => {
  expect(built()).toMatchSnapshot();
});

test('a Job with everything set, whole', () => {
  const config = {
    model: 'opus',
    dangerouslySkipPermissions: false,
    env: { KEY: 'v$' },
    cwd: '/paperclip/work',
    'resources.limits.memory': '4Gi',
    serviceAccountName: 'agent',
    priorityClassName: 'high',
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'k', operator: 'Exists' }],
    labels: { team: 'blue' },
    podAnnotations: { note: 'n' },
    timeoutSec: 600,
  };
  const over: Partial<RunPlan> = {
    request: request({ taskId: 'T 1', sessionId: 's-1', traceparent: '00-a-b-01' }),
    prompt: 'p'.repeat(97 * 1024),
    instructions: 'be brief',
    settings: '{"a":"$x"}',
    addDirs: ['/paperclip/skills'],
    agentName: 'Scout 7',
    companyId: 'c-1',
    env: { PAPERCLIP_RUN_ID: 'run-1' },
    secretEnv: { PAPERCLIP_API_KEY: 't0ken' },
    inherited: inherited({
      imagePullSecrets: [{ name: 'registry' }],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.1'] },
      sharedVolume: { claim: 'data', subPath: 'sub', readWriteOnce: true },
      secretVolumes: [
        {
          volume: { name: 'git', secret: { secretName: 'git-key', optional: true } },
          mount: { name: 'git', mountPath: '/etc/git', readOnly: true },
        },
      ],
      env: [{ name: 'FROM_POD', value: 'x' }],
    }),
  };
  expect(built(config, over, false)).toMatchSnapshot();
});

describe('time to live', () => {
  test.each([
    ['a day at least, so that a host that is away finds the result', 300, 86_400],
    ["the configuration's when it is longer", 90_000, 90_000],
  ])('%s', (_what, ttlSecondsAfterFinished, expected) => {
    expect(built({ ttlSecondsAfterFinished }).spec?.ttlSecondsAfterFinished).toBe(expected);
  });
});

test('a deadline only where there is a timeout', () => {
  expect(built().spec).not.toHaveProperty('activeDeadlineSeconds');
  expect(built({ timeoutSec: 5 }).spec?.activeDeadlineSeconds).toBe(5);
});

describe('labels', () => {
  test("are the configuration's and ours, on Job and pod alike, and ours can't be taken", () => {
    const made = plan({ labels: { team: 'blue' } }, { request: request({ taskId: 'T 1', sessionId: '日本' }) });
    const stolen = { ...made, config: { ...made.config, labels: { team: 'blue', 'paperclip.io/run-id': 'x' } } };
    const job = buildJob({ plan: stolen, suspended: true, at });
    expect(job.metadata?.labels).toEqual({
      team: 'blue',
      'app.kubernetes.io/managed-by': 'paperclip',
      'app.kubernetes.io/component': 'agent-job',
      'paperclip.io/adapter-type': 'claude_k8s',
      'paperclip.io/agent-id': 'Scout-7',
      'paperclip.io/run-id': 'run-1',
      'paperclip.io/task-id': 'T-1',
    });
    expect(job.spec?.template.metadata?.labels).toEqual(job.metadata?.labels);
  });
});

describe('every container', () => {
  const all = [pod(), pod({}, { prompt: 'p'.repeat(200_000), secretEnv: { T: 't' } })].flatMap((one) => [
    ...(one.initContainers ?? []),
    ...one.containers,
  ]);

  test.each(all)('$name is restricted, has requests and limits, and tells its last words', (container) => {
    expect(container).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      resources: {
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { cpu: expect.any(String), memory: expect.any(String) },
      },
      terminationMessagePolicy: 'FallbackToLogsOnError',
    });
  });
});

describe('protection from disruption', () => {
  const annotations = (config: Record<string, unknown>) => built(config).spec?.template.metadata?.annotations;

  test('is asked of both autoscalers, unless it is not wanted', () => {
    expect(annotations({})).toEqual({
      'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
      'karpenter.sh/do-not-disrupt': 'true',
    });
    expect(annotations({ protectFromDisruption: false })).toEqual({});
  });

  test('an annotation of the configuration wins', () => {
    const name = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
    expect(annotations({ podAnnotations: { [name]: 'true' } })).toMatchObject({ [name]: 'true' });
  });
});

describe('the service account', () => {
  test('has no token in the pod unless it is configured', () => {
    expect(pod()).toMatchObject({ automountServiceAccountToken: false });
    expect(pod()).not.toHaveProperty('serviceAccountName');
    expect(pod({ serviceAccountName: 'a' })).toMatchObject({
      serviceAccountName: 'a',
      automountServiceAccountToken: true,
    });
  });
});

describe('the shared volume', () => {
  const shared = (readWriteOnce: boolean) =>
    inherited({ sharedVolume: { claim: 'c', subPath: undefined, readWriteOnce } });

  test("a ReadWriteOnce claim ties the agent to Paperclip's own node", () => {
    expect(pod({}, { inherited: shared(true) }).affinity?.nodeAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-a'] }] }],
      },
    });
    expect(pod({}, { inherited: shared(false) })).not.toHaveProperty('affinity');
    expect(pod({}, { inherited: inherited() })).not.toHaveProperty('affinity');
  });

  test('is the home, or an empty directory is', () => {
    const home = (one: Partial<RunPlan>) => pod({}, one).volumes?.find(({ name }) => name === 'paperclip-home');
    expect(home({ inherited: shared(false) })).toEqual({
      name: 'paperclip-home',
      persistentVolumeClaim: { claimName: 'c' },
    });
    expect(home({})).toEqual({ name: 'paperclip-home', emptyDir: {} });
  });
});

test('secret volumes are there once each, under names that are none of ours', () => {
  const volume = (name: string) => ({ name, secret: { secretName: `of-${name}`, optional: true } });
  const mount = (name: string, mountPath: string) => ({ name, mountPath, readOnly: true });
  const made = pod(
    {},
    {
      prompt: 'p'.repeat(100_000),
      inherited: inherited({
        secretVolumes: [
          { volume: volume('paperclip-secret'), mount: mount('paperclip-secret', '/a') },
          { volume: volume('git'), mount: mount('git', '/b') },
          { volume: volume('git'), mount: { ...mount('git', '/c'), subPath: 'k' } },
        ],
      }),
    },
  );
  const names = made.volumes?.map(({ name }) => name) ?? [];
  expect(new Set(names).size).toBe(names.length);
  const secretAt = (path: string) => {
    const name = made.containers[0]?.volumeMounts?.find(({ mountPath }) => mountPath === path)?.name;
    return made.volumes?.find((one) => one.name === name)?.secret?.secretName;
  };
  expect(['/a', '/b', '/c'].map(secretAt)).toEqual(['of-paperclip-secret', 'of-git', 'of-git']);
});

describe('the prompt', () => {
  test('is escaped in the environment, and the shell of the agent is replaced by Claude', () => {
    const made = pod({ extraArgs: ['--x', '$(HOME)'] }, { prompt: '$(HOME) $$' });
    expect(made.initContainers?.[0]?.env).toEqual([{ name: 'PAPERCLIP_PROMPT', value: '$$(HOME) $$$$' }]);
    const [shell, flag, script, zero, ...args] = made.containers[0]?.command ?? [];
    expect([shell, flag, script, zero]).toEqual(['sh', '-c', 'exec claude "$$@" < /run/paperclip/prompt', 'claude']);
    expect(args.slice(-2)).toEqual(['--x', '$$(HOME)']);
  });

  test('comes by Secret when it is long: then no container has it in its environment, and the agent can not see the Secret', () => {
    const made = pod({}, { prompt: 'p'.repeat(100_000) });
    expect(made.initContainers?.[0]).not.toHaveProperty('env');
    expect(made.volumes?.find(({ name }) => name === 'paperclip-secret')?.secret?.secretName).toBe(request().jobName);
    expect(made.containers[0]?.volumeMounts?.map(({ name }) => name)).toEqual(['paperclip-home', 'paperclip-input']);
  });
});
