import type { ApiListener } from '../kubernetes/exchange.ts';
import type { Meters } from './meters.ts';

/** Counts the traffic with the Kubernetes API, at the one seam that every request passes. */
export function meterApi(meters: Meters): ApiListener {
  return {
    exchange({ verb, resource, status, startedAt, endedAt }) {
      const code = status === undefined ? 'none' : String(status);
      meters.sample('requests', { verb, resource, code }, 1);
      meters.sample('requestDuration', { verb }, Math.max(0, endedAt - startedAt) / 1000);
    },
    watchRestarted(kind, why) {
      meters.sample('watchRestarts', { kind, why }, 1);
    },
  };
}
