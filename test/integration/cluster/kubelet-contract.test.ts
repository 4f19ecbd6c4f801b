import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { kubeletContract } from "../../support/kubelet-contract/kubelet-contract.ts";
import {
  type KubeletUnderTest,
  makeNamespace,
  until,
} from "../../support/kubelet-contract/kubelet-under-test.ts";
import { startPystolControlPlane } from "../../support/pystol-control-plane.ts";
import { startTestKubelet } from "../../support/test-kubelet/test-kubelet.ts";

const NAMESPACE = "contract";

describe("the test kubelet", () => kubeletContract(start));

async function start(): Promise<KubeletUnderTest> {
  await using own = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "pystol-kubelet-"));
  own.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const { client, tokenOf, controlPlane } = own.use(await startPystolControlPlane());
  await makeNamespace(client, NAMESPACE);
  const lines = new Map<string, string[]>();
  const kubelet = own.use(
    await startTestKubelet({
      ...{ client, tokenOf, folder, namespaces: [NAMESPACE], collections: folder, programs: [] },
      ...{ server: controlPlane.server, ca: controlPlane.ca },
      onLine: ({ metadata }, line) =>
        lines.set(metadata.name, [...(lines.get(metadata.name) ?? []), line]),
    }),
  );
  const lifeOf = (name: string) =>
    until(() => {
      const life = kubelet.lifeOf(name);
      if (!life) throw new Error(`${name} does not run`);
      return life;
    });
  const moved = own.move();
  return {
    ...{ client, namespace: NAMESPACE, image: "none" },
    linesOf: async (name) => lines.get(name) ?? [],
    outOfMemory: async (name) => (await lifeOf(name)).kill("OOMKilled"),
    overVolumeLimit: async (name) => kubelet.evictForPressure(await lifeOf(name)),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}
