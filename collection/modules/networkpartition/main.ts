import { createClient } from "../../../kubernetes/client.ts";
import { inClusterConnection } from "../../../kubernetes/connection.ts";
import { evidenceClient } from "../ansible/evidence-client.ts";
import { type Module, moduleOutput } from "../ansible/module.ts";
import { nodeClient } from "../ansible/node-client.ts";
import { undoClient } from "../ansible/undo-client.ts";
import { joinAll } from "./join.ts";
import { partitionAll } from "./partition.ts";
import { requestFrom } from "./request.ts";
import { joinSummary, partitionSummary } from "./summary.ts";

const networkpartition: Module = async (fields, { checkMode }) => {
  const request = requestFrom(fields);
  if (checkMode) {
    const { length } = request.state === "joined" ? request.records : request.targets;
    const doing = request.state === "joined" ? "join again" : "partition";
    return { changed: true, msg: `Would ${doing} ${length} ${length === 1 ? "pod" : "pods"}.` };
  }
  const client = createClient(await inClusterConnection(process.env, Date.now), {
    userAgent: "pystol-networkpartition",
  });
  const socket = process.env.PYSTOL_SOCKET;
  const parts = {
    client,
    records: undoClient(socket),
    orderNode: nodeClient(socket),
    giveEvidence: evidenceClient(socket),
  };
  try {
    return request.state === "joined"
      ? joinSummary(await joinAll(parts, request.records))
      : partitionSummary(await partitionAll(parts, request));
  } finally {
    await client.close();
  }
};

// Bundled as CommonJS, which has no await here (scripts/build/collection.ts); the promise never rejects.
void moduleOutput(process.argv[2] ?? "", networkpartition).then((output) =>
  process.stdout.write(output),
);
