import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

interface FrameSchema {
  required: string[];
  properties: Record<string, unknown>;
}

export interface Schema {
  $id: string;
  $defs: Record<string, FrameSchema>;
}

export const schema: Schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/incident.schema.json'), 'utf8'),
);

/** The frames that this build writes: `unknown` is what others may. */
export const { unknown: _, ...frameSchemas } = schema.$defs;

/** For readers: members and frames of a newer build are no error. */
export const isLine = new Ajv2020({ strictRequired: false }).compile(schema);

const ajv = new Ajv2020({ allErrors: true });
const strictly = Object.entries(frameSchemas).map(
  ([f, frame]) => [f, ajv.compile({ ...frame, additionalProperties: false })] as const,
);
const checks = new Map(strictly);

/** What a frame that this build wrote has of its own, or lacks, by the schema. */
export function faultsOf(frame: { f: string }): string[] {
  const { f } = frame;
  const check = checks.get(f);
  if (check === undefined) return [`${f}: not in the schema`];
  if (check(frame)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${f}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
