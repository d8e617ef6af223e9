import type { ApiExchange } from '../../src/kubernetes/exchange.ts';
import type { WireTap } from '../../src/kubernetes/wire.ts';

/** One request as it left, and what came of it. */
export interface WireCall {
  verb: ApiExchange['verb'];
  resource: string;
  name: string | undefined;
  body: unknown;
  at: number;
  /** Undefined while, and when, there is no answer. */
  status: number | undefined;
  /** The API server's own name for the request; its audit log has it too. */
  auditId: string | undefined;
  /** Of the body, as they came from the network. */
  bytes: number;
  how: 'open' | 'complete' | 'aborted' | 'failed';
}

/** Every request of a run, below all counting. */
export function createWireLog(): { tap: WireTap; calls: WireCall[] } {
  const calls: WireCall[] = [];
  const tap: WireTap = {
    request({ verb, resource, path, body }, at) {
      const name = nameIn(path, resource) ?? nameOf(body);
      const call: WireCall = {
        verb,
        resource,
        name,
        body,
        at,
        status: undefined,
        auditId: undefined,
        bytes: 0,
        how: 'open',
      };
      calls.push(call);
      return {
        head(status, headers) {
          call.status = status;
          call.auditId = headers['audit-id'];
        },
        chunk({ length }) {
          call.bytes += length;
        },
        end(how) {
          call.how = how;
        },
      };
    },
  };
  return { tap, calls };
}

function nameIn(path: string, resource: string): string | undefined {
  const [plural = ''] = resource.split('/');
  return new RegExp(`/${plural}/([^/?]+)`).exec(path)?.[1];
}

function nameOf(body: unknown): string | undefined {
  const name = fieldOf(fieldOf(body, 'metadata'), 'name');
  return typeof name === 'string' ? name : undefined;
}

export function fieldOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
}
