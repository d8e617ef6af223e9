import { systemClock } from '../../src/engine/clock.ts';
import type { RunSinks } from '../../src/engine/runtime.ts';
import type { WireTap } from '../../src/kubernetes/wire.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import { adapterVersion } from '../../src/prepare/version.ts';
import { Recorder } from '../../src/record/recorder.ts';
import type { Written } from '../../src/record/recording.ts';
import type { OutputPolicy } from '../../src/record/redact.ts';
import type { Outcome } from '../../src/run/outcome.ts';

/** The recording of one run of the tests, when `CLAUDE_K8S_E2E_RECORD` names a folder for it. */
export interface TestRecording {
  tap: WireTap;
  /** The sinks of the run, heard by the recorder too. */
  begin(plan: RunPlan, sinks: RunSinks): RunSinks;
  end(outcome: Outcome): void;
  /** Once the bundle is written. @throws when it could not be */
  written(): Promise<void>;
}

/** `tap` hears everything with or without a recording. */
export function recordingOfTest(tap: WireTap, output?: OutputPolicy): TestRecording {
  const directory = process.env.CLAUDE_K8S_E2E_RECORD;
  if (directory === undefined || directory === '') {
    return { tap, begin: (_, sinks) => sinks, end() {}, written: async () => undefined };
  }
  // Not the clock of the run: its timers are counted.
  const wire = new Recorder({ clock: systemClock, build: adapterVersion, ...(output && { output }) }).wire();
  let recording: ReturnType<typeof wire.begin> | undefined;
  let written: Promise<Written> | undefined;
  return {
    tap: both(tap, wire.tap),
    begin(plan, sinks) {
      const begun = wire.begin({ plan, which: 'all', directory });
      recording = begun;
      return {
        ...sinks,
        transition(transition) {
          sinks.transition(transition);
          begun.transition(transition);
        },
        asking: begun.asking,
      };
    },
    end(outcome) {
      written = recording?.end(outcome);
    },
    async written() {
      const what = await written;
      if (what !== undefined && 'error' in what) throw new Error(what.error);
    },
  };
}

function both(one: WireTap, other: WireTap): WireTap {
  return {
    request(ask, at) {
      const listeners = [one.request(ask, at), other.request(ask, at)].filter((each) => each !== undefined);
      return {
        head: (...told) => {
          for (const each of listeners) each.head(...told);
        },
        chunk: (...told) => {
          for (const each of listeners) each.chunk(...told);
        },
        end: (...told) => {
          for (const each of listeners) each.end(...told);
        },
      };
    },
  };
}
