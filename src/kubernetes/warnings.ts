/**
 * What the API warns of in an answer, e.g. of Pod Security or of a field that it does not know. A warning is
 * `299 - "text"`, several of them are apart by commas (RFC 9110, 5.6; Kubernetes sends no other code).
 */
export function warningsIn(header: string | readonly string[] | undefined): readonly string[] {
  const text = header === undefined || typeof header === 'string' ? (header ?? '') : header.join(', ');
  return [...text.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) =>
    quoted.replaceAll(/\\(.)/g, '$1'),
  );
}
