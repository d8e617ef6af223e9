import { expect, test } from 'vitest';
import { fault, JobsApi } from './api.ts';
import { Process } from './process.ts';

/** A small generator with a seed, so that a failing order can be played again. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

function race(seed: number, { kill, lose }: { kill: boolean; lose: boolean }) {
  const pick = random(seed);
  const api = new JobsApi();
  const runs = ['r1', 'r2', 'r3']
    .slice(0, 2 + (seed % 2))
    .map((runId) => new Process({ runId, taskId: `task-${runId}` }));
  const killAt = kill ? pick(12) : -1;
  let killed: Process | undefined;
  let leftAlone = false;
  for (let turn = 0; turn < 20_000; turn++) {
    const open = runs.filter((run) => run !== killed && !run.isOver);
    const run = open[pick(open.length)];
    if (run === undefined) break;
    if (turn === killAt) {
      killed = run;
      leftAlone = open.length === 1;
      api.dead.add(run.request.holder.bootId);
      continue;
    }
    const loses = lose && pick(6) === 0;
    const acted = run.turn(api, (_, real) => {
      const answer = real();
      return loses ? fault('unreachable') : answer;
    });
    if (!acted) for (const other of open) other.tick(200 + pick(400));
  }
  return { api, runs, killed, leftAlone };
}

test('two or three processes in every order: one is admitted, the others are blocked, no two Jobs start', () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const { api, runs } = race(seed, { kill: false, lose: false });
    expect(api.started, `seed ${seed}`).toHaveLength(1);
    expect(
      runs.filter((run) => run.holds),
      `seed ${seed}`,
    ).toHaveLength(1);
    const codes = runs.filter((run) => !run.holds).map((run) => run.outcome?.verdict.code);
    expect(new Set(codes), `seed ${seed}`).toEqual(new Set(['k8s_concurrent_run_blocked']));
    expect(api.jobs, `seed ${seed}`).toHaveLength(1);
  }
});

test('the same while answers are lost', () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const { api, runs } = race(seed, { kill: false, lose: true });
    expect(api.started, `seed ${seed}`).toHaveLength(1);
    expect(
      runs.filter((run) => run.holds),
      `seed ${seed}`,
    ).toHaveLength(1);
  }
});

test('one process dies at any moment: never two Jobs start, and never none while another is there to start one', () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const { api, runs, killed, leftAlone } = race(seed, { kill: true, lose: seed % 3 === 0 });
    // Those who had already been told that it lives are not asked back.
    if (!leftAlone) expect(api.started, `seed ${seed}`).toHaveLength(1);
    expect(api.started.length, `seed ${seed}`).toBeLessThanOrEqual(1);
    const survivors = runs.filter((run) => run !== killed);
    expect(
      survivors.every((run) => run.isOver),
      `seed ${seed}`,
    ).toBe(true);
  }
});
