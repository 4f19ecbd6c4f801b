import { createClient } from "../../../kubernetes/client.ts";
import { inClusterConnection } from "../../../kubernetes/connection.ts";
import { evidenceClient } from "../ansible/evidence-client.ts";
import { type Module, type ModuleResult, moduleOutput } from "../ansible/module.ts";
import { undoClient } from "../ansible/undo-client.ts";
import type { Parts } from "./inject.ts";
import { Objects } from "./objects.ts";
import { patchAll, restoreAll, verifyAll, wouldPatch } from "./phases.ts";
import { requestFrom } from "./request.ts";

const patch: Module = async (fields, { checkMode }) => {
  const request = requestFrom(fields);
  const client = createClient(await inClusterConnection(process.env, Date.now), {
    userAgent: "pystol-patch",
  });
  const socket = process.env.PYSTOL_SOCKET;
  const objects = new Objects(client);
  const parts: Parts = {
    objects,
    giveEvidence: evidenceClient(socket),
    records: undoClient(socket),
  };
  const act = (): Promise<ModuleResult> => {
    switch (request.state) {
      case "patched":
        return checkMode ? wouldPatch(objects, request) : patchAll(parts, request);
      case "restored":
        return restoreAll(parts, request, { checkMode });
      case "verified":
        return verifyAll(objects, request);
    }
  };
  return act().finally(() => client.close());
};

// Bundled as CommonJS, which has no await here (scripts/build/collection.ts); the promise never rejects.
void moduleOutput(process.argv[2] ?? "", patch).then((output) => process.stdout.write(output));
