import { rm } from "node:fs/promises";
import { type Kind, kind } from "./kind.ts";

/** Deletes a kind cluster and its kubeconfig file. Only for a cluster that the caller made. One that is gone already is no error. */
export async function deleteKindCluster(options: {
  program: Kind;
  name: string;
  kubeconfig: string;
}): Promise<void> {
  const { program, name, kubeconfig } = options;
  await kind(program, ["delete", "cluster", "--name", name, "--kubeconfig", kubeconfig]);
  await rm(kubeconfig, { force: true });
  await rm(`${kubeconfig}.lock`, { force: true });
}
