import { describe, expect, test } from 'vitest';
import { type InspectInput, inspectHolders } from '../../src/engine/inspect-holders.ts';
import type { Holder } from '../../src/run/snapshot.ts';
import { job } from '../failure/build.ts';

const now = 1_000_000;
const us: Holder = { host: 'here', pod: undefined, podNamespace: undefined, bootId: 'us', pid: process.pid };
/** A pid above what Linux gives. */
const nobody = 2 ** 22 + 1;

const pods: InspectInput['cluster'] = {
  async readPodRaw(_, name) {
    if (name === 'ended') return { ok: true, value: { status: { phase: 'Failed' } }, serverTime: undefined };
    if (name === 'alive') return { ok: true, value: { status: { phase: 'Running' } }, serverTime: undefined };
    const kind = name === 'gone' ? 'not_found' : 'forbidden';
    const fault = {
      kind,
      call: 'get pods',
      status: undefined,
      reason: undefined,
      message: kind,
      retryAfterMs: undefined,
    } as const;
    return { ok: false, fault };
  },
};

async function stateOf(holder: Partial<Holder> | undefined, over = {}, held: string[] = []) {
  const base = job();
  const marks = {
    ...base.marks,
    holder: holder && { ...us, bootId: 'other', ...holder },
    renewedAt: now - 10_000,
    ...over,
  };
  const answer = await inspectHolders([{ ...base, uid: 'j', marks }], {
    cluster: pods,
    holder: us,
    held: new Set(held),
    now,
  });
  return answer.ok ? answer.value.j : undefined;
}

describe('the holder of a Job', () => {
  test.each<[string, Partial<Holder> | undefined, object, string]>([
    ['nobody: a predecessor’s', undefined, {}, 'none'],
    ['has let go', {}, { releasedAt: 5 }, 'released'],
    ['a process of this host that is gone', { pid: nobody }, {}, 'gone'],
    ['a process of this host that lives', { pid: process.ppid }, {}, 'alive'],
    ['an earlier process with our own pid', { pid: process.pid }, {}, 'gone'],
    ['a process elsewhere, renewed of late', { host: 'there', pid: nobody }, {}, 'alive'],
    ['a process elsewhere, not renewed for 3 minutes', { host: 'there' }, { renewedAt: now - 180_000 }, 'expired'],
    ['a process elsewhere that never renewed', { host: 'there' }, { renewedAt: undefined }, 'expired'],
    ['a pod that is gone', { host: 'p', pod: 'gone', podNamespace: 'n' }, {}, 'gone'],
    ['a pod that has ended', { host: 'p', pod: 'ended', podNamespace: 'n' }, {}, 'gone'],
    ['a pod that runs', { host: 'p', pod: 'alive', podNamespace: 'n' }, {}, 'alive'],
    ['a pod that may not be read: its renewal decides', { host: 'p', pod: 'secret', podNamespace: 'n' }, {}, 'alive'],
  ])('%s', async (_, holder, over, state) => {
    expect(await stateOf(holder, over)).toBe(state);
  });

  test('this process: only while one of its runs holds the Job', async () => {
    expect(await stateOf({ bootId: 'us' }, {}, ['j'])).toBe('alive');
    expect(await stateOf({ bootId: 'us' })).toBe('gone');
  });
});
