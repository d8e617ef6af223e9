import type { ApiRequest } from './api-request.ts';

/** What is done to a request instead of, or after, answering it. */
export type Fault =
  /** A string is sent as plain text, anything else as JSON. */
  | { is: 'answer'; status: number; body?: unknown; retryAfter?: string | number }
  /** RST before the head. */
  | { is: 'reset' }
  /** No answer, ever. */
  | { is: 'hang' }
  /** The request is carried out, then the connection is reset: the caller can't know. */
  | { is: 'lost' };

export type RequestMatcher = (request: ApiRequest) => boolean;

/** The faults that wait for their request; the oldest that matches is taken. */
export class Faults {
  private rules: { matches: RequestMatcher; fault: Fault; left: number }[] = [];

  /** @returns a function that takes the rule back */
  add(matches: RequestMatcher, fault: Fault, times = 1): () => void {
    const rule = { matches, fault, left: times };
    this.rules.push(rule);
    return () => {
      this.rules = this.rules.filter((other) => other !== rule);
    };
  }

  take(request: ApiRequest): Fault | undefined {
    const rule = this.rules.find(({ matches }) => matches(request));
    if (rule === undefined) return undefined;
    rule.left--;
    if (rule.left <= 0) this.rules = this.rules.filter((other) => other !== rule);
    return rule.fault;
  }
}

/** `asks('patch', 'jobs')`, `asks('get', 'pods/log')`. */
export function asks(verb: string, resource: string): RequestMatcher {
  return (request) =>
    request.verb === verb && [request.resource, request.subresource].filter(Boolean).join('/') === resource;
}
