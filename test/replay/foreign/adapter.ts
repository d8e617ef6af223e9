import { setTimeout as delay } from 'node:timers/promises';
import { BatchV1Api, CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';

interface Context {
  runId: string;
  config: { kubeconfig: string; namespace: string; image: string };
  onLog(stream: 'stdout' | 'stderr', chunk: string): Promise<void>;
}

/**
 * An adapter as somebody else would write one: other names, labels and container, a list every now and then, the log read in
 * one piece, error codes of its own.
 * @param patient whether it reads the log when the container has ended, or as soon as there is one
 */
export function adapterThatIs(patient: boolean) {
  return {
    type: patient ? 'patient' : 'hasty',
    async execute({ runId, config, onLog }: Context) {
      const kubeconfig = new KubeConfig();
      kubeconfig.loadFromFile(config.kubeconfig);
      const core = kubeconfig.makeApiClient(CoreV1Api);
      const { namespace } = config;
      const labels = { 'example.com/run': runId.slice(0, 8) };
      await kubeconfig.makeApiClient(BatchV1Api).createNamespacedJob({
        namespace,
        body: {
          metadata: { name: `agent-${runId.slice(0, 8)}` },
          spec: {
            backoffLimit: 0,
            template: {
              metadata: { labels },
              spec: { restartPolicy: 'Never', containers: [{ name: 'worker', image: config.image }] },
            },
          },
        },
      });
      const pod = await ready();
      const name = pod.metadata?.name ?? '';
      await onLog('stdout', await core.readNamespacedPodLog({ namespace, name, container: 'worker' }));
      const { exitCode = null, reason } = stateOf(pod)?.terminated ?? {};
      if (exitCode === 0 || !patient) return { exitCode: 0 };
      return { exitCode, errorCode: 'pod_failed', errorMessage: `the pod failed: ${reason}` };

      async function ready(): Promise<V1Pod> {
        for (;;) {
          const { items } = await core.listNamespacedPod({
            namespace,
            labelSelector: `example.com/run=${labels['example.com/run']}`,
          });
          const [first] = items;
          if (first !== undefined && (patient ? stateOf(first)?.terminated : stateOf(first)?.running)) return first;
          await delay(20);
        }
      }
    },
  };
}

function stateOf(pod: V1Pod) {
  return pod.status?.containerStatuses?.find(({ name }) => name === 'worker')?.state;
}
