import { readFile } from "node:fs/promises";
import { Pool } from "undici";
import { type Access, benchAction, NAMESPACE } from "../world.ts";
import { fill, type Marks, pathOfWrite, type Write } from "../writes.ts";

/** What a load generator is told. */
export interface LoadOrders {
  admin: Access;
  /** The names of the actions to create. */
  names: readonly string[];
  inFlight: number;
  /** The writes to do for each action as well, under this account, one after the other: then nothing can be faster. */
  replay?: { account: Access; writesFile: string };
}

/** When each action's creation was sent, in ms of the monotonic clock, which all processes share. */
export interface LoadReport {
  sentMs: Record<string, number>;
}

process.once("message", (orders: LoadOrders) => {
  load(orders).then(
    (report) => process.send?.(report, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function load(orders: LoadOrders): Promise<LoadReport> {
  const create = poster(orders.admin, orders.inFlight);
  const replayed = orders.replay ? poster(orders.replay.account, orders.inFlight) : undefined;
  const writes: Write[] = orders.replay
    ? JSON.parse(await readFile(orders.replay.writesFile, "utf8"))
    : [];
  const sentMs: Record<string, number> = {};
  const left = [...orders.names].reverse();
  const work = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      sentMs[name] = monotonicMs();
      const { uid, resourceVersion } = await create({
        method: "POST",
        path: `/apis/pystol.org/v1alpha1/namespaces/${NAMESPACE}/pystolactions`,
        contentType: "application/json",
        body: JSON.stringify(benchAction(name)),
      });
      const marks: Marks = { uid, name, resourceVersion, runUid: "" };
      for (const write of writes) {
        const answer = await replayed?.({
          method: write.method,
          path: pathOfWrite(write, marks),
          contentType: write.contentType,
          body: fill(JSON.stringify(write.body), marks),
        });
        if (write.resource === "pystolruns") marks.runUid = answer?.uid ?? "";
        if (write.resource === "pystolactions")
          marks.resourceVersion = answer?.resourceVersion ?? "";
      }
    }
  };
  await Promise.all(Array.from({ length: orders.inFlight }, work));
  return { sentMs };
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

interface Sent {
  method: string;
  path: string;
  contentType: string;
  body: string;
}

/** Sends over kept-alive connections; throws what an answer says that is no success. */
function poster({ server, ca, token }: Access, connections: number) {
  const pool = new Pool(server, { connect: { ca }, connections });
  return async ({ method, path, contentType, body }: Sent) => {
    const answer = await pool.request({
      method: method as "POST",
      path,
      headers: { authorization: `Bearer ${token}`, "content-type": contentType },
      body,
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) {
      throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
    }
    return JSON.parse(text).metadata as { uid: string; resourceVersion: string };
  };
}
