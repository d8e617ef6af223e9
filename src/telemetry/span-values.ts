import type { Attributes, HrTime } from '@opentelemetry/api';
import type { AttributeValues } from './attributes.ts';
import { spanLimits } from './span-catalogue.ts';

/** Attributes as the API takes them: what is unknown left out, texts cut to a bound. */
export function known(values: AttributeValues): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (typeof value === 'string') attributes[name] = cut(value);
    else attributes[name] = typeof value === 'object' ? value.map(cut) : value;
  }
  return attributes;
}

export function cut(text: string): string {
  return text.length > spanLimits.textChars ? `${text.slice(0, spanLimits.textChars - 1)}…` : text;
}

/**
 * Seconds and nanoseconds. An SDK may take a plain number for a `performance.now()`: when it is below the start of its
 * process, in older versions, or below half of it since 2.x. A replayed run or a virtual clock would be dated wrongly.
 */
export function hrTime(at: number): HrTime {
  const seconds = Math.floor(at / 1000);
  return [seconds, Math.round((at - seconds * 1000) * 1e6)];
}
