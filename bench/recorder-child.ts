import { followRecorded } from './follow-ours.ts';
import { Meter } from './meter.ts';
import { SwitchedRecorder } from './switched-recorder.ts';

/** Reads one log, and is recorded by turns: what differs is the recorder and nothing else. */
const [url = '', stretchBytes = '', clocked = ''] = process.argv.slice(2);
const recorder = new SwitchedRecorder(Number(stretchBytes), clocked === 'clocked');
await followRecorded(url, new Meter(), recorder);
process.send?.(recorder.stretches);
process.disconnect?.();
