import type { Client, JsonPatchOperation } from "../../../kubernetes/client.ts";
import { type Discover, discovery } from "../../../kubernetes/discovery.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import { pathOf, type Resource } from "../../../kubernetes/resources.ts";
import { conditional, type Patch, type Version } from "./patch-content.ts";
import type { Target } from "./request.ts";

/** Who changed a field, in its managedFields. */
const FIELD_MANAGER = "pystol-patch";

/** Reads and patches objects of any kind. Its methods throw ApiError or ConnectionError. */
export class Objects {
  readonly #client: Client;
  readonly #typeOf: Discover;

  constructor(client: Client) {
    this.#client = client;
    this.#typeOf = discovery(client);
  }

  /** The object with the target's UID, if it is there. */
  async read(target: Target): Promise<Resource | undefined> {
    // Outside: a kind that is not served now does not say that its objects are gone.
    const type = await this.#typeOf(target);
    try {
      const object = await this.#client.get(type, target);
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
}
