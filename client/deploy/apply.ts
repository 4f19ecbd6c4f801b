import type { Client } from "../../kubernetes/client.ts";
import { type Discover, discovery } from "../../kubernetes/discovery.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/** Who owns the fields that a deployment sets: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export const FIELD_MANAGER = "pystol";

/** Applies one object on the server and returns it as stored. A field that the server does not know is an error. */
export type Apply = <T extends Resource>(object: T) => Promise<T>;

export function applier(client: Client, discover: Discover = discovery(client)): Apply {
  return async <T extends Resource>(object: T) => {
    const type = await discover(object);
    const options = { fieldManager: FIELD_MANAGER, query: { fieldValidation: "Strict" } };
    return (await client.apply(type, object, options)) as T;
  };
}
