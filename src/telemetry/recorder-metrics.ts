import type { RecorderListener } from '../record/listener.ts';
import type { Meters } from './meters.ts';

/** Counts what the recorder leaves, and what it could not keep. */
export function meterRecorder(meters: Meters): RecorderListener {
  return {
    bundles(result, count, bytes) {
      meters.sample('incidentBundles', { result }, count);
      if (result !== 'failed') meters.sample('incidentBytes', { result }, bytes);
    },
    dropped: (bytes) => meters.sample('incidentDropped', {}, bytes),
  };
}
