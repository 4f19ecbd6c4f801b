// What the tested roles do: node effect.ts plain|inject|recover LOG JSON
// It changes data.fault of each target, a ConfigMap, and writes a line into LOG for each change, so that faults can be counted
// without asking Pystol. JSON is the targets for plain and inject, and the open undo records for recover.
import { appendFile } from "node:fs/promises";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { createClient } from "../../../kubernetes/client.ts";
import { inClusterConnection } from "../../../kubernetes/connection.ts";
import { hasReason } from "../../../kubernetes/errors.ts";
import { configMaps } from "./config-map.ts";
import type { EffectLine } from "./effect-log.ts";

interface Target {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
}
interface UndoRecord {
  id: string;
  args: { target: Target; value: string };
}

const [what, log = "", json = "[]"] = process.argv.slice(2);
const run = process.env.EFFECT_RUN ?? "";
const client = createClient(await inClusterConnection(process.env, Date.now), {
  userAgent: "effect",
});

const note = (event: EffectLine["event"], target: Target) =>
  appendFile(log, `${JSON.stringify({ event, run, target: target.name } satisfies EffectLine)}\n`);

/** One message of the protocol that the runner serves on its socket. */
async function tell(message: object): Promise<void> {
  const socket = connect(process.env.PYSTOL_SOCKET ?? "");
  socket.end(`${JSON.stringify(message)}\n`);
  const answer = JSON.parse(await text(socket)) as { ok: boolean; error?: string };
  if (!answer.ok) throw new Error(`the runner refused ${JSON.stringify(message)}: ${answer.error}`);
}

const evidence = (phase: "injected" | "recovered", target: Target, outcome: string) =>
  tell({ type: "evidence", phase, target, outcome, evidence: { fault: outcome } });

async function change(target: Target): Promise<void> {
  await note("inject", target);
  await client.mergePatch(configMaps, target, { data: { fault: run } });
  await evidence("injected", target, "changed");
}

async function inject(target: Target): Promise<void> {
  const args = { target, value: run };
  const id = `effect/${target.uid}`;
  await tell({ type: "undo", id, targetUID: target.uid, module: "acme.tests.effect", args });
  await change(target);
}

async function recover({ id, args: { target, value } }: UndoRecord): Promise<void> {
  await note("recoverBegin", target);
  const known = await client.get(configMaps, target).catch((error) => {
    if (hasReason(error, "NotFound")) return undefined; // and the fault is gone with it
    throw error;
  });
  if (known?.data?.fault === value)
    await client.mergePatch(configMaps, target, { data: { fault: null } });
  await note("recoverEnd", target);
  await tell({ type: "undone", id, state: "Done" });
  await evidence("recovered", target, "restored");
}

if (what === "recover")
  for (const record of JSON.parse(json) as UndoRecord[]) await recover(record);
else {
  for (const target of JSON.parse(json) as Target[])
    await (what === "inject" ? inject : change)(target);
}
await client.close();
