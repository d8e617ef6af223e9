import { resolve } from 'node:path';
import type { AdapterConfig } from '../manifest/config.ts';
import type { RecordInput } from './recorder.ts';

/** Which runs are recorded, and where to. Undefined: nobody asked for a recording, or there is no place for one. */
export function recordingOf(
  { recordIncidents, incidentDir }: Pick<AdapterConfig, 'recordIncidents' | 'incidentDir'>,
  env: NodeJS.ProcessEnv,
): Pick<RecordInput, 'which' | 'directory'> | undefined {
  const directory = incidentDir ?? (env.CLAUDE_K8S_INCIDENT_DIR?.trim() || undefined);
  if (recordIncidents === 'off' || directory === undefined) return undefined;
  return { which: recordIncidents, directory: resolve(directory) };
}
