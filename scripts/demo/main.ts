import { parseArgs } from "node:util";
import { connect } from "../../client/connect.ts";
import { installDemo } from "../start/demo.ts";

// Installs the demo application into a cluster, as `npm start` does.
const { values } = parseArgs({
  options: { kubeconfig: { type: "string" }, image: { type: "string" } },
});
if (!values.image) {
  console.error(
    "Usage: npm run demo -- --image IMAGE [--kubeconfig FILE]; IMAGE is any with Node.js at /usr/bin/node.",
  );
  process.exit(2);
}
const { client } = await connect({ kubeconfig: values.kubeconfig });
try {
  await installDemo(client, values.image);
} finally {
  await client.close();
}
