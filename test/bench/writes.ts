/**
 * One write that the operator makes for an action. Where it differs between actions there is a mark: {uid}, {name} and
 * {resourceVersion} of the action, {runUid} of its run.
 */
export interface Write {
  method: string;
  group: string;
  version: string;
  resource: string;
  namespace: string;
  name: string;
  subresource: string;
  contentType: string;
  fieldManager: string;
  force: boolean;
  body: unknown;
}

/** What the marks stand for. */
export interface Marks {
  uid: string;
  name: string;
  resourceVersion: string;
  runUid: string;
}

/** The path of the request, with its query. */
export function pathOfWrite(write: Write, marks: Marks): string {
  const parts = [
    write.group ? `/apis/${write.group}/${write.version}` : `/api/${write.version}`,
    ...(write.namespace ? ["namespaces", write.namespace] : []),
    write.resource,
    ...(write.name ? [fill(write.name, marks)] : []),
    ...(write.subresource ? [write.subresource] : []),
  ];
  const query = new URLSearchParams();
  if (write.fieldManager) query.set("fieldManager", write.fieldManager);
  if (write.force) query.set("force", "true");
  return parts.join("/") + (query.size === 0 ? "" : `?${query}`);
}

/** A text with its marks filled in. */
export function fill(text: string, marks: Marks): string {
  return text.replace(/\{(uid|name|resourceVersion|runUid)\}/g, (_, mark: keyof Marks) => {
    return marks[mark];
  });
}
