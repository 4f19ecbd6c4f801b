import { type Document, isMap, isScalar } from "yaml";
import type { FieldPath } from "./validate.ts";

/** The offset of a field's name or a list's item in its document or, if it is not written there, of the nearest that holds it. */
export function offsetOf(document: Document, path: FieldPath): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : nodeAt(document, path.slice(0, length - 1));
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === path[length - 1])
      : undefined;
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
    const node = nodeAt(document, path.slice(0, length)) as { range?: [number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
}

function nodeAt(document: Document, path: FieldPath): unknown {
  return document.getIn(path, true);
}
