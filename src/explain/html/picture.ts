import type { Frame, HeaderFrame } from '../../record/frame.ts';
import { Answers } from './answers.ts';
import { Calls } from './calls.ts';
import { Course } from './course.ts';
import { Lanes } from './lanes.ts';
import { Unsaid } from './unsaid.ts';

/** What the page draws of a bundle, gathered in one pass in bounded memory, however long the bundle is. */
export class Picture {
  readonly calls = new Calls();
  readonly lanes = new Lanes();
  readonly course = new Course();
  readonly unsaid = new Unsaid();
  header: HeaderFrame | undefined;
  dropped = { frames: 0, bytes: 0 };
  frames = 0;
  /** ms since the recording began. */
  end = 0;
  private readonly answers = new Answers();

  add(frame: Frame): void {
    this.frames++;
    if (frame.f === 'header') {
      this.header = frame;
      return;
    }
    this.end = Math.max(this.end, frame.t);
    if (frame.f === 'footer') this.dropped = frame.dropped;
    else if (frame.f === 'decision') {
      this.course.add(frame.t, frame.transition);
      if (frame.transition.type === 'run_ended') this.unsaid.learn(frame.transition.outcome);
      if (frame.transition.type === 'job_deleted') this.lanes.jobDeleted(frame.t, frame.transition.route);
    } else {
      this.calls.add(frame);
      for (const sight of this.answers.add(frame)) this.lanes.see(sight);
    }
  }
}
