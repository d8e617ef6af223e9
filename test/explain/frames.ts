import type { DecisionFrame, Frame, HeaderFrame } from '../../src/record/frame.ts';
import type { Transition } from '../../src/run/transition.ts';
import { request } from '../run/request.ts';

export const header: HeaderFrame = {
  f: 'header',
  format: 'claude-k8s-incident/1',
  build: '0.1.0',
  node: '24.0.0',
  startedAt: Date.parse('2026-11-25T02:00:00Z'),
  request: request(),
  redaction: { output: 'filler', prompt: 'filler' },
};

export function decided(t: number, transition: Record<string, unknown>): DecisionFrame {
  return { f: 'decision', t, transition: { at: header.startedAt + t, ...transition } as Transition };
}

export function footer(t: number, diagnosis: unknown): Frame {
  return { f: 'footer', t, diagnosis, dropped: { frames: 0, bytes: 0 } };
}

export interface Asked {
  id: number;
  t: number;
  verb?: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete' | 'follow';
  resource?: string;
  path?: string;
  status?: number;
  body?: string;
  took?: number;
  error?: { code: string | undefined; message: string };
}

/** One whole call: its request, its head unless there was none, its body and its end. */
export function asked({ id, t, status, body, took = 20, error, ...rest }: Asked): Frame[] {
  const { verb = 'get', resource = 'jobs' } = rest;
  const path = rest.path ?? `/apis/batch/v1/namespaces/agents/${resource}`;
  const frames: Frame[] = [{ f: 'request', t, id, verb, resource, method: 'GET', path }];
  if (status !== undefined) frames.push({ f: 'head', t: t + took / 2, id, status, headers: {} });
  if (body !== undefined) frames.push({ f: 'chunk', t: t + took / 2, id, text: body });
  if (error === undefined) return [...frames, { f: 'end', t: t + took, id, how: 'complete' }];
  return [...frames, { f: 'end', t: t + took, id, how: 'failed', error }];
}

interface Shown {
  version?: number;
  phase?: string;
  state?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  name?: string;
}

export function pod({ version = 1, phase = 'Pending', state, metadata = {}, name = 'scout-x7' }: Shown) {
  const containerStatuses = state === undefined ? [] : [{ name: 'claude', state }];
  return {
    metadata: { name, uid: `uid-${name}`, resourceVersion: String(version), ...metadata },
    spec: {},
    status: { phase, containerStatuses },
  };
}

/** An hour at work: a line each third of a second, a reset every two minutes, a patch every 15 s. */
export function longRun(lines: number): Frame[] {
  const hour = 3_600_000;
  const frames: Frame[] = [header, decided(0, { type: 'phase_entered', phase: 'stream', why: 'it runs' })];
  const rounds = 30;
  for (let round = 0; round < rounds; round++) {
    const from = (round * hour) / rounds;
    const attempt = round + 1;
    frames.push(decided(from, { type: 'attempt_started', attempt, follow: true, since: undefined }));
    frames.push({
      ...{ f: 'request', t: from, id: 100_000 + round, verb: 'follow', resource: 'pods/log' },
      ...{ method: 'GET', path: '/api/v1/namespaces/agents/pods/scout-x7/log?follow=true' },
    });
    frames.push({ f: 'head', t: from, id: 100_000 + round, status: 200, headers: {} });
    for (let line = 0; line < lines / rounds; line++) {
      const t = from + Math.floor((line * hour) / lines);
      const said = `{"type":"assistant","message":"words of the agent ${line}"}\n`;
      frames.push({ f: 'chunk', t, id: 100_000 + round, text: said });
      frames.push(decided(t, { type: 'output', lines: 1, bytes: said.length }));
      if (line % 42 === 0) frames.push(...asked({ id: frames.length, t, verb: 'patch', status: 200, body: '{}' }));
    }
    const to = from + hour / rounds - 1;
    const error = { code: 'ECONNRESET', message: 'read ECONNRESET' };
    frames.push({ f: 'end', t: to, id: 100_000 + round, how: 'failed', error });
    frames.push(
      decided(to, {
        ...{ type: 'attempt_ended', attempt, how: 'reset', lines: lines / rounds, bytes: 1, duplicates: 1 },
        error: 'ECONNRESET',
      }),
    );
  }
  return [...frames, footer(hour, { code: null, message: '' })];
}
