import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PystolAction, pystolActions } from "../../kubernetes/resources.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { startOurs } from "./competitors/ours.ts";
import { type Seen, startRecordingProxy } from "./recording-proxy.ts";
import { type BenchWorld, benchAction, NAMESPACE } from "./world.ts";
import type { Write } from "./writes.ts";

/** Found in requests, and in nothing else. */
const PROBE = "bench-recorded-action";

/** What was asked for one action, in order. */
export interface Recording {
  writes: Write[];
  /** Reads for this one action, "GET /path"; there should be none. */
  reads: string[];
}

/**
 * Lets the real operator carry an action to Starting through a proxy, and returns the requests that it made for it, so that
 * the other competitors can make the same.
 */
export async function recordWrites(world: BenchWorld): Promise<Recording> {
  const seen: Seen[] = [];
  await using proxy = await startRecordingProxy(world.operator, seen);
  const kubeconfig = join(world.folder, "recorded-kubeconfig");
  const text = plainKubeconfig(proxy.server, world.operator.token);
  await writeFile(kubeconfig, text, { mode: 0o600 });
  const operator = await startOurs({ ...world, kubeconfig }, { viaKubeconfig: true });
  try {
    const client = world.pystol.client;
    await operator.isReady();
    seen.length = 0;
    const made = await client.create(pystolActions, benchAction(PROBE) as PystolAction);
    const uid = made.metadata.uid ?? "";
    await eventually(() =>
      client.request({
        method: "GET",
        path: `/apis/batch/v1/namespaces/pystol-runs/jobs/pa-${uid}`,
      }),
    );
    await eventually(async () => {
      const { status } = await client.get(pystolActions, { namespace: NAMESPACE, name: PROBE });
      if (status?.phase !== "Starting") throw new Error(`phase is ${status?.phase}`);
    });
    const count = () => seen.length;
    // Whatever else it does for the action, it does soon.
    for (let before = -1; before !== count(); ) {
      before = count();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    return recordingOf(seen, uid);
  } finally {
    await operator[Symbol.asyncDispose]();
  }
}

/** The requests for the probe, with marks. Exported for its tests. */
export function recordingOf(seen: readonly Seen[], uid: string): Recording {
  const about = seen.filter(({ url, body }) =>
    [url.pathname, body].some((text) => text.includes(uid) || text.includes(PROBE)),
  );
  const runUid = about
    .filter(({ method, url }) => method === "POST" && url.pathname.endsWith("/pystolruns"))
    .map(({ answer }) => JSON.parse(answer).metadata?.uid as string)
    .at(0);
  const marked = (text: string): string => {
    let done = text.replaceAll(uid, "{uid}").replaceAll(PROBE, "{name}");
    if (runUid) done = done.replaceAll(runUid, "{runUid}");
    return done.replace(/"resourceVersion":"\d+"/g, '"resourceVersion":"{resourceVersion}"');
  };
  const reads = about.filter(({ method }) => method === "GET");
  const writes = about.filter(({ method }) => method !== "GET");
  return {
    reads: reads.map(({ url }) => `GET ${marked(url.pathname)}`),
    writes: writes.map(({ method, url, contentType, body }) => ({
      ...placeIn(marked(decodeURIComponent(url.pathname))),
      method,
      contentType,
      fieldManager: url.searchParams.get("fieldManager") ?? "",
      force: url.searchParams.get("force") === "true",
      body: JSON.parse(marked(body)),
    })),
  };
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
function placeIn(path: string) {
  const parts = path.split("/").slice(1);
  const group = parts[0] === "apis" ? (parts[1] ?? "") : "";
  const rest = parts.slice(parts[0] === "apis" ? 2 : 1);
  const version = rest.shift() ?? "";
  const namespace = rest[0] === "namespaces" && rest.length > 2 ? (rest[1] ?? "") : "";
  const [resource = "", name = "", subresource = ""] = namespace ? rest.slice(2) : rest;
  return { group, version, namespace, resource, name, subresource };
}

/** client-node takes a server without TLS only where the verification of TLS is off. */
function plainKubeconfig(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "proxy", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "operator", user: { token } }],
    contexts: [{ name: "proxy", context: { cluster: "proxy", user: "operator" } }],
    "current-context": "proxy",
  });
}
