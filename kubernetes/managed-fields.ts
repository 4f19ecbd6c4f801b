const BEGIN = '"managedFields":[';
/** How the metadata of a built-in object begins; a custom resource's keys are sorted, so that there the name comes later. */
const BUILT_IN = '"metadata":{"name":';
/** What metadata comes before: a field of that name behind it is somebody else's. */
const BEHIND = ['"spec":', '"status":', '"items":['] as const;

/**
 * Parses one object, or an event that holds one, as the API server writes it, without its metadata.managedFields: these are a third
 * of most objects, and most of the time that parsing takes, because hardly two have the same keys.
 *
 * The field is cut out of the text, up to what must follow its array: the server writes no blanks, and an entry has no arrays. If
 * that is found within a string, what is left has a quote too few and does not parse. Then, and where a server should write
 * otherwise, the whole text is parsed. A list stays as it is.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 *
 * @throws SyntaxError if the text is no JSON.
 */
export function parseLean(text: string): unknown {
  const lean = withoutManagedFields(text);
  if (lean === undefined) return JSON.parse(text);
  try {
    return JSON.parse(lean);
  } catch {
    return JSON.parse(text);
  }
}

function withoutManagedFields(text: string): string | undefined {
  const begin = text.indexOf(BEGIN);
  if (begin < 0) return undefined;
  const head = text.slice(0, begin);
  if (BEHIND.some((key) => head.includes(key))) return undefined;
  if (!head.includes(BUILT_IN)) {
    const end = text.indexOf('],"name":', begin);
    return end < 0 ? undefined : head + text.slice(end + 2);
  }
  // It is the last field of metadata, and never the first, so the comma before it goes too.
  const end = text.indexOf("]}", begin);
  return end < 0 ? undefined : head.slice(0, -1) + text.slice(end + 1);
}
