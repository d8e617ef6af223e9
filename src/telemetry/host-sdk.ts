import { type Meter, metrics } from '@opentelemetry/api';
import { type Logger, logs } from '@opentelemetry/api-logs';
import type { ApiState } from './api-version.ts';

const scope = 'paperclip-adapter-claude-k8s';

/** The logger of the SDK that this process has registered; undefined without one, and then nothing is made ready for it. */
export function hostLogger({ registered }: ApiState, version: string): Logger | undefined {
  return registered.includes('logs') ? logs.getLogger(scope, version) : undefined;
}

export function hostMeter({ registered, mismatch }: ApiState, version: string): Meter | undefined {
  return registered.includes('metrics') && mismatch === undefined ? metrics.getMeter(scope, version) : undefined;
}

export { scope };
