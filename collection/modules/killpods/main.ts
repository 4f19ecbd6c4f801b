import { createClient } from "../../../kubernetes/client.ts";
import { inClusterConnection } from "../../../kubernetes/connection.ts";
import { ApiError } from "../../../kubernetes/errors.ts";
import { evidenceClient } from "../ansible/evidence-client.ts";
import { type Module, moduleOutput } from "../ansible/module.ts";
import { killPods } from "./kill.ts";
import { killRequestFrom } from "./request.ts";
import { summaryOf } from "./summary.ts";

const killpods: Module = async (fields, { checkMode }) => {
  const request = killRequestFrom(fields);
  if (checkMode) {
    const names = request.targets.map(({ name }) => name).join(", ");
    return { changed: true, msg: `Would delete ${request.targets.length} pods: ${names}.` };
  }
  const client = createClient(await inClusterConnection(process.env, Date.now), {
    userAgent: "pystol-killpods",
  });
  const giveEvidence = evidenceClient(process.env.PYSTOL_SOCKET);
  try {
    const results = await killPods({ client, giveEvidence, now: Date.now }, request);
    return summaryOf(results, request);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // The API server's own words name the account, the verb, the resource and the namespace.
    throw new Error(`The API server refused it: ${error.message}`, { cause: error });
  } finally {
    await client.close();
  }
};

// Bundled as CommonJS, which has no await here (scripts/build/collection.ts); the promise never rejects.
void moduleOutput(process.argv[2] ?? "", killpods).then((output) => process.stdout.write(output));
