import type { Written } from '../record/recording.ts';
import type { Shared } from './shared.ts';
import type { Telling } from './telling.ts';

/** A result waits no longer than this for its recording to be written. */
const patienceMs = 1_000;

/** Says in the run's log where its recording is, and once for each reason why one could not be written. */
export async function tellRecording(
  end: Promise<Written> | undefined,
  directory: string | undefined,
  { shared: { clock, isNews }, telling }: { shared: Pick<Shared, 'clock' | 'isNews'>; telling: Pick<Telling, 'say'> },
): Promise<void> {
  if (end === undefined) return;
  const { promise: tooLong, resolve } = Promise.withResolvers<'later'>();
  const cancel = clock.at(clock.now() + patienceMs, () => resolve('later'));
  const written = await Promise.race([end, tooLong]);
  cancel();
  if (written === undefined) return;
  if (written === 'later') return telling.say(`the recording of this run is still being written to ${directory}`);
  if ('path' in written) return telling.say(`recorded: ${written.path}`);
  if (isNews(written.error)) await telling.say(`warning: ${written.error}`);
}
