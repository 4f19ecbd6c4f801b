import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kubeconfigConnection } from "../../../kubernetes/kubeconfig.ts";

test("a kubeconfig that is no YAML is refused without a word of what is in it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pystol-kubeconfig-"));
  const file = join(folder, "kubeconfig");
  await writeFile(
    file,
    "users:\n- name: a\n  user:\n    token: hunter2-token\n    more: [\nx: y\n",
  );
  const error: Error = await kubeconfigConnection({ file }).then(
    () => new Error("it was taken"),
    (refusal) => refusal,
  );
  expect(error.message).toMatch(/^Cannot read .*kubeconfig: .+\(\d+:\d+\)$/);
  expect([error.message, error.stack].join()).not.toContain("hunter2");
  await rm(folder, { recursive: true });
});
