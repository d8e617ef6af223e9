import type { Part } from './place.ts';

const init = { type: 'system', subtype: 'init', session_id: 'session-1', model: 'scripted' };
const words = {
  type: 'assistant',
  message: { id: 'msg-1', model: 'scripted', content: [{ type: 'text', text: 'working on it' }] },
};
const result = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'done',
  session_id: 'session-1',
  num_turns: 1,
};

const opening: readonly string[] = [JSON.stringify(init), JSON.stringify(words)];
export const ending: readonly string[] = [JSON.stringify(result)];

/** Works for a moment and succeeds. */
export const happy: Part = {
  script: [...opening.map(print), 'sleep 1', ...ending.map(print)].join('\n'),
  play(pod, clock) {
    pod
      .scheduled()
      .running()
      .say(...opening);
    clock.at(clock.now() + 50, () => pod.say(...ending).exited(0));
  },
};

/** Works and says nothing. */
export const idle: Part = {
  script: [...opening.map(print), "trap 'exit 143' TERM", 'sleep 3600 & wait'].join('\n'),
  play(pod) {
    pod
      .scheduled()
      .running()
      .say(...opening);
  },
};

/** None of these lines has a quote of the shell's in it. */
function print(line: string): string {
  return `printf '%s\\n' '${line}'`;
}
