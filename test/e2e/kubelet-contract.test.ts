import { describe, inject } from "vitest";
import { connect } from "../../client/connect.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { namespaces, pathOf } from "../../kubernetes/resources.ts";
import { lines } from "../../kubernetes/watch.ts";
import { pods } from "../../operator/workloads.ts";
import { runnerImageOf } from "../bench/kind/bare-job.ts";
import { kubeletContract } from "../support/kubelet-contract/kubelet-contract.ts";
import {
  type KubeletUnderTest,
  makeNamespace,
  until,
} from "../support/kubelet-contract/kubelet-under-test.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";
const NAMESPACE = "e2e-kubelet-contract";

describe.skipIf(started.skipReason)(`a real kubelet${why}`, () => kubeletContract(start));

async function start(): Promise<KubeletUnderTest> {
  const { client } = await connect({ kubeconfig: started.kubeconfig });
  const image = await runnerImageOf(client);
  await makeNamespace(client, NAMESPACE);
  return {
    ...{ client, namespace: NAMESPACE, image },
    linesOf: async (name) => {
      const path = pathOf(pods, { namespace: NAMESPACE, name, subresource: "log" });
      const found: string[] = [];
      for await (const line of lines(await client.stream({ method: "GET", path })))
        found.push(line);
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      await client.delete(namespaces, { name: NAMESPACE });
      await until(async () => {
        const left = await client.get(namespaces, { name: NAMESPACE }).catch((error) => {
          if (!hasReason(error, "NotFound")) throw error;
        });
        if (left) throw new Error(`${NAMESPACE} is still there`);
      });
      await client.close();
    },
  };
}
