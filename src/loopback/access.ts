import type { ApiRequest } from './api-request.ts';
import { isRecord } from './object.ts';
import { forbidden } from './status.ts';

export interface Permission {
  verb: string;
  /** `pods`, `pods/log`. */
  resource: string;
  /** In every namespace when left out. */
  namespace?: string;
}

/** Everything is allowed but what was denied; the review and the request itself are answered alike. */
export class Access {
  readonly user = 'system:serviceaccount:paperclip:paperclip';
  private denied: Permission[] = [];

  deny(...permissions: Permission[]): void {
    this.denied.push(...permissions);
  }

  allowAll(): void {
    this.denied = [];
  }

  /** @throws Refusal 403 */
  require({ verb, resource, subresource, namespace, group, name }: ApiRequest): void {
    const full = subresource === undefined ? resource : `${resource}/${subresource}`;
    if (!this.allows(verb, full, namespace)) throw forbidden(this.user, verb, full, group, namespace, name);
  }

  /** Answers a SelfSubjectAccessReview. */
  review(body: unknown): Record<string, unknown> {
    const spec = isRecord(body) && isRecord(body.spec) ? body.spec : {};
    const asked = isRecord(spec.resourceAttributes) ? spec.resourceAttributes : {};
    const [verb, resource, subresource, namespace] = ['verb', 'resource', 'subresource', 'namespace'].map((key) =>
      typeof asked[key] === 'string' && asked[key] !== '' ? asked[key] : undefined,
    );
    const full = [resource, subresource].filter((part) => part !== undefined).join('/');
    const allowed = this.allows(verb ?? '', full, namespace);
    return {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec,
      status: { allowed },
    };
  }

  private allows(verb: string, resource: string, namespace: string | undefined): boolean {
    return !this.denied.some(
      (denial) =>
        denial.verb === verb &&
        denial.resource === resource &&
        (denial.namespace === undefined || denial.namespace === namespace),
    );
  }
}
