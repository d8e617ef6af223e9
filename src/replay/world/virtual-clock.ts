import type { Clock } from '../../engine/clock.ts';

interface Timer {
  at: number;
  order: number;
  fn: (() => void) | undefined;
}

/** Time that stands until somebody moves it to the next thing that waits for it. */
export class VirtualClock implements Clock {
  private time: number;
  private readonly timers: Timer[] = [];
  private count = 0;
  /** Grows with everything that was asked of the clock. */
  stirs = 0;

  constructor(start: number) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  at(at: number, fn: () => void): () => void {
    this.stirs++;
    const timer: Timer = { at, order: this.count++, fn };
    this.timers.push(timer);
    rise(this.timers);
    return () => {
      timer.fn = undefined;
    };
  }

  /** Something else is going on in this turn of the event loop. */
  readonly stirred = (): void => {
    this.stirs++;
  };

  /** Moves to the next timer and fires it. @returns false when nothing waits */
  step(): boolean {
    for (let timer = take(this.timers); timer !== undefined; timer = take(this.timers)) {
      if (timer.fn === undefined) continue;
      this.time = Math.max(this.time, timer.at);
      timer.fn();
      return true;
    }
    return false;
  }
}

/** A heap, the earliest first and of two at one time the older one: a run has thousands of timers. */
function before(one: Timer | undefined, other: Timer | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function rise(heap: Timer[]): void {
  let index = heap.length - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!before(heap[index], heap[parent])) return;
    swap(heap, index, parent);
    index = parent;
  }
}

function take(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (heap.length === 0 || last === undefined) return first;
  heap[0] = last;
  for (let index = 0; ; ) {
    const left = 2 * index + 1;
    const least = before(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!before(heap[least], heap[index])) return first;
    swap(heap, index, least);
    index = least;
  }
}

function swap(heap: Timer[], one: number, other: number): void {
  const kept = heap[one];
  const moved = heap[other];
  if (kept === undefined || moved === undefined) return;
  heap[one] = moved;
  heap[other] = kept;
}
