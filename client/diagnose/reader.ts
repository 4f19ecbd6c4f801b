import type { Client } from "../../kubernetes/client.ts";
import { pages } from "../../kubernetes/pages.ts";
import { pathOf, type Resource, type ResourceType } from "../../kubernetes/resources.ts";
import { fromNextLine } from "./whole-lines.ts";

/** Reads from a cluster until the signal is aborted. */
export interface Reader {
  client: Client;
  signal: AbortSignal;
}

/** At most `most` objects of a type, with their kind, which an API server leaves out of lists. */
export async function listed<T extends Resource>(
  { client, signal }: Reader,
  type: ResourceType<T>,
  options: {
    namespace?: string | undefined;
    most: number;
    query?: Readonly<Record<string, string>>;
  },
): Promise<T[]> {
  const { namespace, query = {}, most } = options;
  const list: Client["list"] = (type, { namespace, query, limitBytes } = {}) =>
    client.request({ method: "GET", path: pathOf(type, { namespace }), query, limitBytes, signal });
  const items: T[] = [];
  for await (const page of pages({ list }, type, { namespace, query })) {
    items.push(...page.items);
    if (items.length >= most) break;
  }
  const { apiVersion, kind } = type;
  return items.map((item) => Object.assign({ apiVersion, kind }, item));
}

/** The end of a container's log, as the kubelet has it. */
export async function logOf(
  { client, signal }: Reader,
  place: { namespace: string; pod: string; container: string; previous: boolean },
  limits: { lines: number; bytes: number },
): Promise<string> {
  const { namespace, pod, container, previous } = place;
  const pods = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
  const body = await client.stream({
    method: "GET",
    path: pathOf(pods, { namespace, name: pod, subresource: "log" }),
    query: { container, previous, tailLines: limits.lines, timestamps: true },
    signal,
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isCut = false;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    while (chunks[0] && bytes - chunks[0].length > limits.bytes) {
      bytes -= chunks.shift()?.length ?? 0;
      isCut = true;
    }
  }
  const text = Buffer.concat(chunks);
  return (isCut ? fromNextLine(text) : text).toString("utf8");
}
