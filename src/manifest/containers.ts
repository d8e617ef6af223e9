import type { V1Container, V1ResourceRequirements, V1SecurityContext } from '@kubernetes/client-node';
import { claudeArguments } from '../claude/command.ts';
import { agentEnv } from './env.ts';
import { literal } from './escape.ts';
import { agentContainer, place, secretKey } from './place.ts';
import type { RunPlan } from './plan.ts';
import type { Volumes } from './volumes.ts';

/** What Pod Security `restricted` asks of every container. */
const restricted: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Namespaces with a quota refuse a container without both. */
const small: V1ResourceRequirements = {
  requests: { cpu: '10m', memory: '32Mi' },
  limits: { cpu: '500m', memory: '64Mi' },
};

/** Lays the prompt where the agent's standard input takes it from, byte for byte. */
export function promptContainer(plan: RunPlan, volumes: Volumes): V1Container {
  const files = [
    { file: place.prompt, key: secretKey.prompt, name: 'PAPERCLIP_PROMPT', text: plan.prompt },
    ...(plan.instructions === undefined
      ? []
      : [
          {
            file: place.instructions,
            key: secretKey.instructions,
            name: 'PAPERCLIP_INSTRUCTIONS',
            text: plan.instructions,
          },
        ]),
  ];
  const script = files.map(({ file, key, name }) =>
    plan.delivery.by === 'env' ? `printf %s "$${name}" > ${file}` : `cp ${place.secret}/${key} ${file}`,
  );
  return {
    name: 'write-prompt',
    image: plan.config.initImage,
    imagePullPolicy: plan.config.imagePullPolicy,
    command: ['sh', '-c', literal(`set -e; ${script.join('; ')}`)],
    ...(plan.delivery.by === 'env' ? { env: files.map(({ name, text }) => ({ name, value: literal(text) })) } : {}),
    resources: small,
    securityContext: restricted,
    // What `cp` or the shell says when it fails is then in the pod's status.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: volumes.init,
  };
}

/** `exec` leaves no shell: signals reach Claude itself, and the exit code is its own. */
export function claudeContainer(plan: RunPlan, volumes: Volumes): V1Container {
  const { config, request, inherited } = plan;
  const args = claudeArguments({
    config,
    sessionId: request.sessionId,
    instructionsFile: plan.instructions === undefined ? undefined : place.instructions,
    settings: plan.settings,
    addDirs: plan.addDirs,
  });
  const { requests, limits } = config.resources;
  return {
    name: agentContainer,
    image: plan.image,
    imagePullPolicy: config.imagePullPolicy,
    command: ['sh', '-c', literal(`exec claude "$@" < ${place.prompt}`), 'claude', ...args.map(literal)],
    env: agentEnv(plan, request.jobName),
    ...((inherited?.envFrom.length ?? 0) > 0 ? { envFrom: [...(inherited?.envFrom ?? [])] } : {}),
    workingDir: config.cwd ?? place.home,
    resources: { requests: { ...requests }, limits: { ...limits } },
    securityContext: restricted,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: volumes.agent,
  };
}
