/** Whether the workflow brought a cluster; otherwise one is made. */
export function isGiven(inputs: {
  cluster: "auto" | "kind" | "current";
  kubeconfig: string | undefined;
  context: string | undefined;
}): boolean {
  const { cluster, kubeconfig, context } = inputs;
  return cluster === "current" || kubeconfig !== undefined || context !== undefined;
}
