import { fieldsIn } from '../claude/event.ts';
import { word } from './word.ts';

/** What the host keeps of a session. A follow-up run may bring back nothing but the id, so that there is nothing else in it. */
export interface SessionParams {
  [key: string]: unknown;
  sessionId: string;
}

export const sessionCodec = {
  deserialize: (raw: unknown): SessionParams | null => readSession(raw),
  serialize: (params: unknown): SessionParams | null => readSession(params),
  getDisplayId: (params: unknown): string | null => readSession(params)?.sessionId ?? null,
};

function readSession(raw: unknown): SessionParams | null {
  const fields = fieldsIn(raw);
  const sessionId = word(raw) ?? word(fields.sessionId) ?? word(fields.session_id);
  return sessionId === undefined ? null : { sessionId };
}

/** Claude resumes nothing but a UUID; with anything else it refuses to start, run after run. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
