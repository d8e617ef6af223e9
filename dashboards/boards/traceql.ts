import type { AttributeName } from '../../src/telemetry/attributes.ts';
import type { SpanName } from '../../src/telemetry/catalogue.ts';

/** Spans of one name whose attribute begins with what the reader wrote. */
export function spansWhere(
  span: SpanName,
  name: AttributeName,
  beginning: string,
  show: readonly AttributeName[],
): string {
  const shown = show.map((one) => `span.${one}`).join(', ');
  return `{ name = "${span}" && span.${name} =~ "${beginning}.*" } | select(${shown})`;
}
