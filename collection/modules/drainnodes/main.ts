import { createClient } from "../../../kubernetes/client.ts";
import { inClusterConnection } from "../../../kubernetes/connection.ts";
import { evidenceClient } from "../ansible/evidence-client.ts";
import { type Module, type ModuleResult, moduleOutput } from "../ansible/module.ts";
import { undoClient } from "../ansible/undo-client.ts";
import type { Parts } from "./cordon.ts";
import { drainAll, uncordonAll, verifyAll, wouldDrain } from "./phases.ts";
import { requestFrom } from "./request.ts";

const drainnodes: Module = async (fields, { checkMode }) => {
  const request = requestFrom(fields);
  const client = createClient(await inClusterConnection(process.env, Date.now), {
    userAgent: "pystol-drainnodes",
  });
  const socket = process.env.PYSTOL_SOCKET;
  const giveEvidence = evidenceClient(socket);
  const parts: Parts = { client, giveEvidence, records: undoClient(socket) };
  const act = (): Promise<ModuleResult> => {
    switch (request.state) {
      case "drained":
        return checkMode ? wouldDrain(client, request) : drainAll(parts, request);
      case "uncordoned":
        return uncordonAll(parts, request, { checkMode });
      case "verified":
        return verifyAll(parts, request);
    }
  };
  return act().finally(() => client.close());
};

// Bundled as CommonJS, which has no await here (scripts/build/collection.ts); the promise never rejects.
void moduleOutput(process.argv[2] ?? "", drainnodes).then((output) => process.stdout.write(output));
