import type { Client, JsonPatchOperation, Place } from "../../../kubernetes/client.ts";
import { ApiError } from "../../../kubernetes/errors.ts";
import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";
import { crdProblem } from "./crd-rules.ts";

/** A change that a watch would tell. */
export interface Change {
  plural: string;
  key: string;
  /** Undefined where the object is gone. */
  object: Resource | undefined;
}

/**
 * What an API server does with the writes of the operator and of runners: names are unique, preconditions and the CRDs' rules
 * hold, a patch that changes nothing is no change, and what has finalizers stays until they are gone. Its clock is the model's.
 */
export class ModelServer {
  readonly objects = new Map<string, Resource>();
  readonly changes: Change[] = [];
  /** How many writes the operator has sent, also those that changed nothing. */
  sent = 0;
  readonly #now: () => number;
  #version = 0;
  #uid = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Changes when anything has changed. */
  get version(): number {
    return this.#version;
  }

  find<T extends Resource>(plural: string, name: string, namespace = "pystol-runs"): T | undefined {
    return this.objects.get(`${plural} ${namespace}/${name}`) as T | undefined;
  }

  all<T extends Resource>(plural: string): T[] {
    const found = [...this.objects].filter(([id]) => id.startsWith(`${plural} `));
    return found.map(([, object]) => object as T);
  }

  /** What a controller writes, without preconditions. */
  change<T extends Resource>(plural: string, object: T, edit: (copy: T) => void): void {
    const copy = structuredClone(object);
    edit(copy);
    this.#store(plural, copy);
  }

  create<T extends Resource>(plural: string, object: T): T {
    const id = idOf(plural, object);
    if (this.objects.has(id)) throw refusal(409, "AlreadyExists");
    const made = structuredClone(object);
    made.metadata.uid = `00000000-0000-4000-8000-${String(++this.#uid).padStart(12, "0")}`;
    made.metadata.creationTimestamp = this.#time();
    made.metadata.generation = 1;
    this.#store(plural, made);
    return structuredClone(made);
  }

  mergePatch<T extends Resource>(plural: string, place: Place, patch: Patch): T {
    const known = this.#get<T>(plural, place);
    const { uid, resourceVersion, ...metadata } = patch.metadata ?? {};
    if (uid && uid !== known.metadata.uid) throw refusal(409, "Conflict");
    if (resourceVersion && resourceVersion !== known.metadata.resourceVersion)
      throw refusal(409, "Conflict");
    const next = merged(known, { ...patch, metadata }) as T;
    const problem = crdProblem(known, next);
    if (problem) throw refusal(422, "Invalid", problem);
    if (JSON.stringify(next) !== JSON.stringify(known)) this.#store(plural, next);
    return structuredClone(this.objects.get(idOf(plural, next)) ?? next) as T;
  }

  /** Server-side apply of a status by its only manager: it becomes what is applied. */
  applyStatus<T extends Resource>(plural: string, object: T & { status?: unknown }): T {
    const known = this.#get<T & { status?: unknown }>(plural, object.metadata);
    const { uid, resourceVersion } = object.metadata;
    if (uid && uid !== known.metadata.uid) throw refusal(409, "Conflict");
    if (resourceVersion && resourceVersion !== known.metadata.resourceVersion)
      throw refusal(409, "Conflict");
    const next = { ...structuredClone(known), status: structuredClone(object.status) };
    const problem = crdProblem(known, next);
    if (problem) throw refusal(422, "Invalid", problem);
    if (sorted(next.status) !== sorted(known.status)) this.#store(plural, next);
    return structuredClone(this.objects.get(idOf(plural, next))) as T;
  }

  delete(plural: string, place: Place, options: DeleteOptions = {}): void {
    const known = this.#get(plural, place);
    const { uid } = options.preconditions ?? {};
    if (uid && uid !== known.metadata.uid) throw refusal(409, "Conflict");
    if (known.metadata.deletionTimestamp && options.gracePeriodSeconds !== 0) return;
    this.change(plural, known, ({ metadata }) => {
      metadata.deletionTimestamp ??= this.#time();
      if (options.propagationPolicy === "Foreground")
        metadata.finalizers = [...(metadata.finalizers ?? []), "foregroundDeletion"];
      // A pod on a node stays for its kubelet; the model's kubelet deletes it with a grace of 0.
      if (plural === "pods" && options.gracePeriodSeconds !== 0 && isOnNode(known))
        metadata.finalizers = [...(metadata.finalizers ?? []), KUBELET];
      if (options.gracePeriodSeconds === 0)
        metadata.finalizers = (metadata.finalizers ?? []).filter((name) => name !== KUBELET);
    });
  }

  /** The part of a client that the operator's writes need. */
  client(): Client {
    const part = {
      get: async (type: ResourceType, place: Place) => this.#get(type.plural, place),
      create: async (type: ResourceType, object: Resource) => {
        this.sent += 1;
        return this.create(type.plural, object);
      },
      apply: async (type: ResourceType, object: Resource) => {
        this.sent += 1;
        return this.applyStatus(type.plural, object);
      },
      mergePatch: async (type: ResourceType, place: Place, patch: Patch) => {
        this.sent += 1;
        return this.mergePatch(type.plural, place, patch);
      },
      jsonPatch: (_type: ResourceType, _place: Place, _operations: readonly JsonPatchOperation[]) =>
        Promise.reject(new Error("the operator sends no JSON patches")),
      delete: async (type: ResourceType, place: Place, options: DeleteOptions) => {
        this.sent += 1;
        this.delete(type.plural, place, options);
      },
    };
    // What else a client has is not called here, and would fail loudly.
    return part as unknown as Client;
  }

  #get<T extends Resource>(plural: string, { namespace, name }: Place): T {
    const found = this.objects.get(`${plural} ${namespace ?? ""}/${name}`);
    if (!found) throw refusal(404, "NotFound");
    return structuredClone(found) as T;
  }

  #store(plural: string, object: Resource): void {
    const { metadata } = object;
    const id = idOf(plural, object);
    const isGone = metadata.deletionTimestamp && (metadata.finalizers ?? []).length === 0;
    this.#version += 1;
    metadata.resourceVersion = String(this.#version);
    if (isGone) this.objects.delete(id);
    else this.objects.set(id, object);
    const key = `${metadata.namespace ?? ""}/${metadata.name}`;
    this.changes.push({ plural, key, object: isGone ? undefined : structuredClone(object) });
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** Stands for the kubelet, which has to end a pod's processes before the pod can go. */
export const KUBELET = "kubelet";

interface Patch {
  metadata?: { uid?: string; resourceVersion?: string };
  [part: string]: unknown;
}

interface DeleteOptions {
  preconditions?: { uid?: string };
  propagationPolicy?: string;
  gracePeriodSeconds?: number;
}

function idOf(plural: string, { metadata }: Resource): string {
  return `${plural} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function isOnNode(object: Resource): boolean {
  const { spec, status } = object as Resource & {
    spec?: { nodeName?: string };
    status?: { phase?: string };
  };
  return spec?.nodeName !== undefined && !["Succeeded", "Failed"].includes(status?.phase ?? "");
}

function refusal(code: number, reason: string, message = reason): ApiError {
  const body = JSON.stringify({ kind: "Status", reason, message });
  return new ApiError({ method: "MODEL", path: "", code, body });
}

/** RFC 7396. */
function merged(known: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const base: Record<string, unknown> =
    known && typeof known === "object" && !Array.isArray(known) ? { ...known } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete base[name];
    else base[name] = merged(base[name], value);
  }
  return base;
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, entry) =>
    entry && typeof entry === "object" && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}
