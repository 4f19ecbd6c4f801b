/** Whether the workflow brought a cluster; otherwise one is made. */
export function isGiven(inputs: {
  kubeconfig: string | undefined;
  context: string | undefined;
}): boolean {
  return inputs.kubeconfig !== undefined || inputs.context !== undefined;
}
