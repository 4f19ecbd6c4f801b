import { Pool } from "undici";
import type { PystolActionStatus } from "../../../crds/types/pystolactions.ts";
import { ACTIONS_PATH } from "../burst.ts";
import { type BenchWorld, benchAction } from "../world.ts";

const IN_FLIGHT = 64;

/** Makes actions that have their verdict, as they are once Kubernetes has deleted their Jobs and the operator their runs. */
export async function finishActions(world: BenchWorld, count: number): Promise<void> {
  const { server, ca } = world.admin;
  const pool = new Pool(server, { connect: { ca }, connections: IN_FLIGHT });
  const send = async (method: "POST" | "PATCH", path: string, token: string, body: unknown) => {
    const contentType = method === "POST" ? "application/json" : "application/merge-patch+json";
    const headers = { authorization: `Bearer ${token}`, "content-type": contentType };
    const answer = await pool.request({ method, path, headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${text}`);
  };
  const left = Array.from({ length: count }, (_, index) => `finished-${index}`);
  const work = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      await send("POST", ACTIONS_PATH, world.admin.token, benchAction(name));
      const path = `${ACTIONS_PATH}/${name}/status`;
      await send("PATCH", path, world.operator.token, { status: finishedStatus(name) });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  await pool.close();
}

/** Of the size that a run of killpods leaves behind. */
function finishedStatus(name: string): PystolActionStatus {
  const now = new Date().toISOString();
  const condition = (type: string) => ({
    ...{ type, status: "True" as const, reason: type, lastTransitionTime: now },
    ...{ message: `${type} at ${now}.`, observedGeneration: 1 },
  });
  return {
    observedGeneration: 1,
    phase: "Complete",
    run: `pa-${name}`,
    verdict: "Passed",
    verified: true,
    message: "1 of 1 pods was killed and replaced.",
    startTime: now,
    injectedTime: now,
    recoveredTime: now,
    completionTime: now,
    conditions: ["Accepted", "Started", "Injected", "Recovered", "Complete"].map(condition),
  };
}
