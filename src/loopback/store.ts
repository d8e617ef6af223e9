import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Address, type Collection, keyOf, prefixOf } from './address.ts';
import { copyOf } from './copy.ts';
import { type DeleteOptions, graceOf, isFinalised, requirePreconditions } from './deletion.ts';
import { type Change, History } from './history.ts';
import { applyJsonPatch, applyMergePatch } from './json-patch.ts';
import { isRecord, type KubeObject, type NewObject, wholeSeconds } from './object.ts';
import { apiVersionOf, isResourceName, type ResourceName, resources } from './resources.ts';
import { fieldMatcher, labelMatcher } from './selector.ts';
import {
  alreadyExists,
  invalidField,
  invalidListOption,
  listExpired,
  modified,
  notFound,
  patchRejected,
  unsupportedMediaType,
  versionTooLarge,
} from './status.ts';

export interface ListQuery {
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  resourceVersion?: string | undefined;
  resourceVersionMatch?: string | undefined;
}

const firstVersion = 1000;

/** The objects of a cluster under one version counter, as etcd keeps them. What a caller can't have is thrown as Refusal. */
export class Store {
  private objects = new Map<string, KubeObject>();
  private history = new History(firstVersion);
  private subscribers = new Set<(change: Change) => void>();
  private untold: Change[] = [];
  private telling = false;
  private orphaning = new Set<string>();
  private current = firstVersion;
  private readonly now: () => number;
  /** Who gives a new object its uid. */
  uidFor: (resource: ResourceName, name: string) => string = () => randomUUID();

  constructor(now: () => number) {
    this.now = now;
  }

  get version(): number {
    return this.current;
  }

  get oldestVersion(): number {
    return this.history.oldest;
  }

  create(to: Collection, given: NewObject): KubeObject {
    const { key, object } = this.asMade(to, given);
    return this.write('ADDED', to.resource, key, object);
  }

  /** What `create` would answer; nothing is made. @throws Refusal as `create` does */
  dryRun(to: Collection, given: NewObject): KubeObject {
    return this.asMade(to, given).object;
  }

  private asMade(to: Collection, given: NewObject): { key: string; object: KubeObject } {
    const resource = resources[to.resource];
    const { metadata } = given;
    const name = metadata.name ?? (metadata.generateName && `${metadata.generateName}${randomUUID().slice(0, 5)}`);
    if (!name) {
      const why = 'Required value: name or generateName is required';
      throw invalidField(resource, '', 'metadata.name', 'FieldValueRequired', why);
    }
    const namespace = resource.namespaced ? (to.namespace ?? metadata.namespace ?? 'default') : undefined;
    const key = keyOf({ resource: to.resource, namespace, name });
    if (this.objects.has(key)) throw alreadyExists(resource, name);
    const made = {
      ...copyOf(metadata),
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: this.uidFor(to.resource, name),
      resourceVersion: '',
      ...(resource.generation ? { generation: 1 } : {}),
      creationTimestamp: wholeSeconds(this.now()),
    };
    const object = {
      ...copyOf(given),
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: made,
    };
    return { key, object };
  }

  /** An object that somebody else made, uid and all. */
  place(object: KubeObject, resource: ResourceName): KubeObject {
    const { namespace, name } = object.metadata;
    const key = keyOf({ resource, namespace, name });
    return this.write(this.objects.has(key) ? 'MODIFIED' : 'ADDED', resource, key, copyOf(object));
  }

  find(at: Address): KubeObject | undefined {
    return this.objects.get(keyOf(at));
  }

  read(at: Address): KubeObject {
    const found = this.find(at);
    if (found === undefined) throw notFound(resources[at.resource], at.name);
    return found;
  }

  list(of: Collection, query: ListQuery = {}): { items: KubeObject[]; resourceVersion: string } {
    const byLabel = labelMatcher(query.labelSelector);
    const byField = fieldMatcher(query.fieldSelector, resources[of.resource]);
    const { state, version } = this.stateFor(query);
    const prefix = prefixOf(of);
    const items = [...state]
      .filter(([key, object]) => key.startsWith(prefix) && byLabel(object) && byField(object))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, object]) => object);
    return { items, resourceVersion: String(version) };
  }

  /** A patch as a client sends it. */
  patch(at: Address, contentType: string | undefined, patch: unknown): KubeObject {
    const before = this.read(at);
    const apply = { 'application/json-patch+json': applyJsonPatch, 'application/merge-patch+json': applyMergePatch }[
      contentType ?? ''
    ];
    if (apply === undefined) throw unsupportedMediaType();
    const after = apply(before, patch);
    if (!isObject(after)) throw patchRejected();
    if (after.metadata.resourceVersion !== before.metadata.resourceVersion) {
      throw modified(resources[at.resource], at.name);
    }
    return this.replace(at, before, after);
  }

  /** A write of the cluster's own: a controller's or a kubelet's. */
  update(at: Address, change: (draft: KubeObject) => void): KubeObject {
    const before = this.read(at);
    const draft = copyOf(before);
    change(draft);
    return this.replace(at, before, draft);
  }

  /** @returns the object while it still waits for its grace period or its finalizers; undefined once it is gone. */
  delete(at: Address, options: DeleteOptions = {}): KubeObject | undefined {
    const object = this.read(at);
    requirePreconditions(resources[at.resource], object, options);
    const orphan = options.propagationPolicy ?? (object.kind === 'Job' ? 'Orphan' : 'Background');
    if (orphan === 'Orphan') this.orphaning.add(object.metadata.uid);
    const grace = graceOf(object, options);
    if (grace === undefined && (object.metadata.finalizers ?? []).length === 0) {
      this.remove(at);
      return undefined;
    }
    if (object.metadata.deletionTimestamp !== undefined && grace !== undefined) return object;
    return this.update(at, ({ metadata }) => {
      metadata.deletionTimestamp = wholeSeconds(this.now() + (grace ?? 0) * 1000);
      metadata.deletionGracePeriodSeconds = grace ?? 0;
    });
  }

  /** The object is gone for good, and what it owned is deleted in the background. */
  remove(at: Address): void {
    const last = this.read(at);
    const key = keyOf(at);
    this.write('DELETED', at.resource, key, copyOf(last));
    if (this.orphaning.delete(last.metadata.uid)) return;
    for (const [owned, object] of [...this.objects]) {
      const owners = object.metadata.ownerReferences ?? [];
      if (!this.objects.has(owned) || !owners.some(({ uid }) => uid === last.metadata.uid)) continue;
      this.delete(addressOf(owned), { propagationPolicy: 'Background' });
    }
  }

  /** Forgets the past: what was asked for at an older version is answered with 410 from now on. */
  compact(): void {
    this.history.compact(this.current);
  }

  /** Every write from now on, in order, whoever writes while being told. */
  subscribe(subscriber: (change: Change) => void): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  changesAfter(version: number): readonly Change[] {
    return this.history.after(version);
  }

  private stateFor({ resourceVersion = '', resourceVersionMatch: match }: ListQuery) {
    const now = { state: this.objects, version: this.current };
    if (match !== undefined && resourceVersion === '') {
      const why = 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided';
      throw invalidListOption('FieldValueForbidden', why);
    }
    if (resourceVersion === '' || resourceVersion === '0') return now;
    const version = Number(resourceVersion);
    if (version > this.current) throw versionTooLarge(version, this.current);
    if (match !== 'Exact') return now;
    if (version < this.history.oldest) throw listExpired();
    return { state: this.history.at(version), version };
  }

  private replace(at: Address, before: KubeObject, after: KubeObject): KubeObject {
    const { uid, creationTimestamp, name, namespace, generation } = before.metadata;
    Object.assign(after.metadata, { uid, creationTimestamp, name, ...(namespace === undefined ? {} : { namespace }) });
    if (generation !== undefined && !isDeepStrictEqual(before.spec, after.spec))
      after.metadata.generation = generation + 1;
    if (isDeepStrictEqual(before, after)) return before;
    const written = this.write('MODIFIED', at.resource, keyOf(at), after);
    if (isFinalised(before, written)) this.remove(at);
    return written;
  }

  private write(type: Change['type'], resource: ResourceName, key: string, object: KubeObject): KubeObject {
    const before = this.objects.get(key);
    object.metadata.resourceVersion = String(++this.current);
    if (type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, object);
    const change = { version: this.current, type, resource, key, before, object };
    this.history.record(change);
    this.untold.push(change);
    this.tell();
    return object;
  }

  /** A subscriber may write: what it causes is told after what it was told, so that versions never run backwards. */
  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    try {
      for (let change = this.untold.shift(); change !== undefined; change = this.untold.shift()) {
        for (const subscriber of [...this.subscribers]) subscriber(change);
      }
    } finally {
      this.telling = false;
    }
  }
}

function addressOf(key: string): Address {
  const [resource = '', namespace = '', name = ''] = key.split('/');
  if (!isResourceName(resource)) throw new Error(`no such kind: ${resource}`);
  return { resource, namespace: namespace === '' ? undefined : namespace, name };
}

function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value.metadata);
}
