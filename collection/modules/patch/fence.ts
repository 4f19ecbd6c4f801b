import type { Resource } from "../../../kubernetes/resources.ts";
import { essenceOf } from "./essence.ts";
import type { Objects } from "./objects.ts";
import { operationsBetween } from "./operations.ts";
import type { Target } from "./request.ts";

const FENCE = "pystol.org/undone";
const PATH = "/metadata/annotations/pystol.org~1undone"; // a JSON pointer, RFC 6901

/**
 * A patch that is not in force may still be about to come: a request that its sender gave up waiting for, or died after. It
 * holds for one version of the object alone; so another version is made, by an annotation that comes and goes.
 *
 * @throws ApiError with the reason Conflict where somebody, perhaps that very patch, was there first.
 */
export async function fence(objects: Objects, target: Target, current: Resource): Promise<void> {
  const { annotations = {} } = current.metadata;
  const metadata = { ...current.metadata, annotations: { ...annotations, [FENCE]: "" } };
  const adding = operationsBetween(essenceOf(current), essenceOf({ ...current, metadata }));
  // It is there already where somebody undid this before us, and died in between.
  const isThere = annotations[FENCE] !== undefined;
  const fenced = isThere ? current : await objects.operate(target, adding, current.metadata);
  await objects.operate(target, [{ op: "remove", path: PATH }], fenced.metadata);
}
