import type { Client, JsonPatchOperation } from "../../../kubernetes/client.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import { pathOf, type Resource, type ResourceType } from "../../../kubernetes/resources.ts";
import { conditional, type Patch, type Version } from "./patch-content.ts";
import type { Target } from "./request.ts";

/** Who changed a field, in its managedFields. */
const FIELD_MANAGER = "pystol-patch";

/** Reads and patches objects of any kind. Its methods throw ApiError or ConnectionError. */
export class Objects {
  readonly #client: Client;
  readonly #types = new Map<string, Promise<ResourceType>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The object with the target's UID, if it is there. */
  async read(target: Target): Promise<Resource | undefined> {
    try {
      const object = await this.#client.get(await this.#typeOf(target), target);
      return object.metadata.uid === target.uid ? object : undefined;
    } catch (error) {
      if (hasReason(error, "NotFound")) return undefined;
      throw error;
    }
  }

  /**
   * The object as it is after the patch or, with `dryRun`, as it would be. Only that version of it is patched: with another
   * one there the error has the reason Conflict.
   */
  patch(
    target: Target,
    patch: Patch,
    options: { version: Version; dryRun: boolean },
  ): Promise<Resource> {
    const { body, contentType } = conditional(patch, options.version);
    // A field that the server does not know is a mistake, not a change.
    const query = { fieldValidation: "Strict", ...(options.dryRun ? { dryRun: "All" } : {}) };
    return this.#send(target, { body, contentType, query });
  }

  /** Applies operations to that version of an object, and returns what became of it. */
  operate(
    target: Target,
    operations: readonly JsonPatchOperation[],
    version: Version,
  ): Promise<Resource> {
    return this.#send(target, conditional({ type: "json", content: operations }, version));
  }

  async #send(
    target: Target,
    what: { body: unknown; contentType: string; query?: Record<string, string> },
  ): Promise<Resource> {
    return this.#client.request({
      method: "PATCH",
      path: pathOf(await this.#typeOf(target), target),
      body: what.body,
      contentType: what.contentType,
      query: { fieldManager: FIELD_MANAGER, ...what.query },
    });
  }

  #typeOf({ apiVersion, kind }: Target): Promise<ResourceType> {
    const key = `${apiVersion} ${kind}`;
    const known = this.#types.get(key) ?? this.#discover(apiVersion, kind);
    this.#types.set(key, known);
    return known;
  }

  /** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
  async #discover(apiVersion: string, kind: string): Promise<ResourceType> {
    const path = `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}`;
    const { resources } = await this.#client.request<{
      resources: { name: string; kind: string; namespaced: boolean }[];
    }>({ method: "GET", path });
    const found = resources.find((each) => each.kind === kind && !each.name.includes("/"));
    if (!found) throw new Error(`The API server serves no ${kind} in ${apiVersion}.`);
    return { apiVersion, kind, plural: found.name, namespaced: found.namespaced };
  }
}
