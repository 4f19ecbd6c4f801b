import { isDeepStrictEqual } from "node:util";
import type { JsonPatchOperation } from "../../../kubernetes/client.ts";
import { fieldOf, isFields } from "./json.ts";

/** The JSON patch (RFC 6902) that makes `wanted` of `current`; lists that differ are replaced as a whole. */
export function operationsBetween(
  current: unknown,
  wanted: unknown,
  path = "",
): JsonPatchOperation[] {
  if (isDeepStrictEqual(current, wanted)) return [];
  if (wanted === undefined) return [{ op: "remove", path }];
  if (current === undefined) return [{ op: "add", path, value: wanted }];
  if (!isFields(current) || !isFields(wanted)) return [{ op: "replace", path, value: wanted }];
  const names = new Set([...Object.keys(current), ...Object.keys(wanted)]);
  return [...names].flatMap((name) =>
    operationsBetween(fieldOf(current, name), fieldOf(wanted, name), `${path}/${escaped(name)}`),
  );
}

/** As a part of a JSON pointer (RFC 6901). */
function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
