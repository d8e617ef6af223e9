import { qualifiedKind, qualifiedPlural, type Resource } from './resources.ts';

/** A Status object, field for field as kube-apiserver 1.34 prints it. */
export interface StatusBody {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: Record<string, unknown>;
  code?: number;
}

/** Thrown by the store and the routes; the server answers with its Status. */
export class Refusal extends Error {
  readonly body: StatusBody;
  readonly code: number;
  /** Sent as Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, reason: string | undefined, message: string, details?: Record<string, unknown>) {
    super(message);
    this.code = code;
    this.body = failure(code, reason, message, details);
    const seconds = details?.retryAfterSeconds;
    this.retryAfterSeconds = typeof seconds === 'number' ? seconds : undefined;
  }
}

export function failure(
  code: number,
  reason: string | undefined,
  message: string,
  details?: Record<string, unknown>,
): StatusBody {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

/** What a DELETE that removed the object at once is answered with; a graceful one returns the object instead. */
export function deleted(resource: Resource, name: string, uid: string): StatusBody {
  const details = { name, ...groupOf(resource), kind: resource.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

export function notFound(resource: Resource, name: string): Refusal {
  return new Refusal(404, 'NotFound', `${qualifiedPlural(resource)} "${name}" not found`, aboutPlural(resource, name));
}

export function unknownResource(): Refusal {
  return new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): Refusal {
  const message = 'the server does not allow this method on the requested resource';
  return new Refusal(405, 'MethodNotAllowed', message, {});
}

export function unsupportedMediaType(): Refusal {
  return new Refusal(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

export function unauthorized(): Refusal {
  return new Refusal(401, 'Unauthorized', 'Unauthorized');
}

export function alreadyExists(resource: Resource, name: string): Refusal {
  const message = `${qualifiedPlural(resource)} "${name}" already exists`;
  return new Refusal(409, 'AlreadyExists', message, aboutPlural(resource, name));
}

/** A write that carried another resourceVersion than the stored one. */
export function modified(resource: Resource, name: string): Refusal {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${qualifiedPlural(resource)} "${name}": ${why}`;
  return new Refusal(409, 'Conflict', message, aboutPlural(resource, name));
}

export function preconditionFailed(
  resource: Resource,
  name: string,
  which: 'UID' | 'ResourceVersion',
  wanted: string,
  found: string,
): Refusal {
  const after =
    which === 'UID' ? 'The object might have been deleted and then recreated' : 'The object might have been modified';
  const why = `the ${which} in the precondition (${wanted}) does not match the ${which} in record (${found}). ${after}`;
  const message = `Operation cannot be fulfilled on ${qualifiedKind(resource)} "${name}": ${why}`;
  return new Refusal(409, 'Conflict', message, { name, ...groupOf(resource), kind: resource.kind });
}

/** Every JSON patch that cannot be applied (failed test, missing path, unknown operation) is answered alike. */
export function patchRejected(): Refusal {
  return new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

/** One refused field; `cause` is the API's word for it, e.g. `FieldValueRequired`. */
export function invalidField(resource: Resource, name: string, field: string, cause: string, why: string): Refusal {
  return new Refusal(422, 'Invalid', `${qualifiedKind(resource)} "${name}" is invalid: ${field}: ${why}`, {
    ...(name === '' ? {} : { name }),
    ...groupOf(resource),
    kind: resource.kind,
    causes: [{ reason: cause, message: why, field }],
  });
}

export function invalidListOption(cause: string, why: string): Refusal {
  const field = 'resourceVersionMatch';
  return new Refusal(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${why}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason: cause, message: why, field }],
  });
}

/** A list at a version that is compacted away. */
export function listExpired(): Refusal {
  return new Refusal(410, 'Expired', 'The resourceVersion for the provided list is too old.');
}

/** The real API waits about 3 s for the version to come before it answers so. */
export function versionTooLarge(wanted: number, current: number): Refusal {
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  return new Refusal(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** The object of a watch's ERROR event when its start is compacted away. */
export function watchExpired(wanted: number, oldest: number): StatusBody {
  return failure(410, 'Expired', `too old resource version: ${wanted} (${oldest})`);
}

export function forbidden(
  user: string,
  verb: string,
  resource: string,
  group: string,
  namespace: string | undefined,
  name: string | undefined,
): Refusal {
  const [plural = resource] = resource.split('/');
  const qualified = group === '' ? plural : `${plural}.${group}`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
  const subject = name === undefined ? qualified : `${qualified} "${name}"`;
  return new Refusal(403, 'Forbidden', `${subject} is forbidden: User "${user}" ${what}`, {
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: plural,
  });
}

function aboutPlural(resource: Resource, name: string): Record<string, unknown> {
  return { name, ...groupOf(resource), kind: resource.plural };
}

function groupOf(resource: Resource): { group?: string } {
  return resource.group === '' ? {} : { group: resource.group };
}
