import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { pathOf } from "../../kubernetes/resources.ts";
import { watch } from "../../kubernetes/watch.ts";
import { type Lease, leases } from "./lease.ts";

const ANSWER_MS = 4_000; // two tries fit before the deadline of a renewal
const LONGEST_WATCH_SECONDS = 300;

/** One Lease on the API server. Each request throws ApiError, ConnectionError, or a TimeoutError after 4 s. */
export class LeaseStore {
  readonly #client: Client;
  readonly place: { namespace: string; name: string };

  constructor(client: Client, place: { namespace: string; name: string }) {
    this.#client = client;
    this.place = place;
  }

  /** Undefined if there is none. */
  async read(): Promise<Lease | undefined> {
    try {
      return await this.#request("GET", pathOf(leases, this.place));
    } catch (error) {
      if (hasReason(error, "NotFound")) return undefined;
      throw error;
    }
  }

  /** Throws ApiError of reason AlreadyExists where another was first. */
  create(lease: Lease): Promise<Lease> {
    return this.#request("POST", pathOf(leases, { namespace: this.place.namespace }), lease);
  }

  /** Throws ApiError of reason Conflict where it has changed since it was read. */
  update(lease: Lease): Promise<Lease> {
    return this.#request("PUT", pathOf(leases, this.place), lease);
  }

  /** What it becomes after `lease`, undefined when it is deleted, until `signal` or the server ends the watch. */
  async *changesAfter(
    lease: Lease | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Lease | undefined> {
    const events = watch(this.#client, leases, {
      namespace: this.place.namespace,
      fieldSelector: `metadata.name=${this.place.name}`,
      resourceVersion: lease?.metadata.resourceVersion ?? "0",
      timeoutSeconds: LONGEST_WATCH_SECONDS,
      signal,
    });
    for await (const { type, object } of events) {
      if (type !== "BOOKMARK") yield type === "DELETED" ? undefined : object;
    }
  }

  #request(method: "GET" | "POST" | "PUT", path: string, body?: Lease): Promise<Lease> {
    return this.#client.request({ method, path, body, signal: AbortSignal.timeout(ANSWER_MS) });
  }
}
