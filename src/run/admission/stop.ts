import type { JobSnapshot } from '../snapshot.ts';
import { type AdmissionDraft, finish, goTo } from './state.ts';

/** Stopped on the way, with nothing under way: what exists of ours and never started is withdrawn, or left to the next process. */
export function stopNow(draft: AdmissionDraft): void {
  const { stage, stop } = draft.state;
  if (stop === undefined) return;
  switch (stage.name) {
    case 'lock':
    case 'probe':
    case 'list':
    case 'inspect':
    case 'bide':
    case 'abandon':
    case 'adopt':
    case 'attach':
    case 'create':
      return finish(draft, { as: 'stopped', ...stop, job: undefined });
    case 'rivals':
    case 'secret':
    case 'unsuspend':
      return undo(draft, stage.job);
    case 'reread':
      if (stage.next === 'unsuspend') return goTo(draft, { ...stage, next: { is: 'stop' } });
      return;
    // Both end in a known state by themselves; what they find is looked at again.
    case 'find':
    case 'withdraw':
    case 'done':
      return;
  }
}

function undo(draft: AdmissionDraft, job: JobSnapshot): void {
  const { stop } = draft.state;
  if (stop?.why === 'cancelled') return goTo(draft, { name: 'withdraw', job, next: { is: 'stop' } });
  draft.effects.push({ do: 'release_holder', job });
  finish(draft, { as: 'stopped', why: 'shutdown', reason: stop?.reason ?? 'shutdown', job });
}
