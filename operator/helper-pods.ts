import { createHash } from "node:crypto";
import { NODES_NAMESPACE, type PystolRun } from "../kubernetes/resources.ts";
import type { Step } from "./reconcile.ts";
import { labelsOf } from "./run.ts";
import { isTerminal, type Pod, pods } from "./workloads.ts";

/** A run acts on at most so many nodes at once: each costs a pod. */
const NODES_LIMIT = 50;
const NODE_LABEL = "pystol.org/node";
/** On SIGTERM a helper removes what it applied, and says so. */
const GRACE_SECONDS = 20;

/** The name of a run's helper pod on a node. */
export function helperNameOf(run: PystolRun, node: string): string {
  return `${run.metadata.name}-n${digestOf(node)}`;
}

/** A node's name may be longer than a label's value. */
function digestOf(node: string): string {
  return createHash("sha256").update(node).digest("hex").slice(0, 8);
}

/** The nodes of a run's targets, for as long as its runner may act, or of what is still to be undone. */
export function nodesNeeded(run: PystolRun, isRunnerOver: boolean): string[] {
  if (!run.spec.role.nodeAccess || run.spec.dryRun) return [];
  const { targets = [], records = [] } = run.status ?? {};
  const open = records.filter(({ state }) => state === "Open");
  const nodes = (isRunnerOver ? open : [...targets, ...open]).flatMap(({ node }) => node ?? []);
  return [...new Set(nodes)].slice(0, NODES_LIMIT);
}

/** Makes the helper pods that are needed and absent, deletes those that are not needed or have ended. */
export function helperSteps(
  run: PystolRun,
  helpers: readonly Pod[],
  nodes: readonly string[],
  pod: { image: string; deadlineSeconds: number },
): Step[] {
  const wanted = new Map(nodes.map((node) => [helperNameOf(run, node), node]));
  const kept = new Set<string>();
  const steps: Step[] = [];
  for (const helper of helpers) {
    kept.add(helper.metadata.name);
    if (helper.metadata.deletionTimestamp) continue;
    // One that has ended is made again, when its name is free.
    if (!wanted.has(helper.metadata.name) || isTerminal(helper))
      steps.push({ kind: "deleteHelper", pod: helper });
  }
  for (const [name, node] of wanted) {
    if (!kept.has(name)) steps.push({ kind: "createHelper", pod: helperPod(run, node, name, pod) });
  }
  return steps;
}

/** No more helpers: what a run that is over needs. */
export function withoutHelpers(helpers: readonly Pod[]): Step[] {
  return helpers
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map((pod) => ({ kind: "deleteHelper", pod }));
}

/**
 * The least with which it works: nftables, setns(2), and /proc/PID/ns of other users' processes, which the profiles that runtimes
 * have for containers would deny. docs/decisions/node-faults.md
 */
const SECURITY = {
  runAsUser: 0,
  runAsGroup: 0,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"] },
  seccompProfile: { type: "RuntimeDefault" },
  appArmorProfile: { type: "Unconfined" },
  seLinuxOptions: { type: "spc_t" },
};

/**
 * The fixed template: nothing in it comes from the role or the action but names. It sees the node's processes, to find those of
 * a target pod, and mounts nothing of the node.
 */
function helperPod(
  run: PystolRun,
  node: string,
  name: string,
  { image, deadlineSeconds }: { image: string; deadlineSeconds: number },
): Pod {
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const spec = {
    nodeName: node,
    hostPID: true,
    restartPolicy: "Never",
    serviceAccountName: "pystol-node-helper",
    activeDeadlineSeconds: deadlineSeconds,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    enableServiceLinks: false,
    tolerations: [{ operator: "Exists" }],
    containers: [
      {
        name: "node-helper",
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["/usr/bin/node", "/usr/lib/pystol/node-helper/main.js"],
        env: [
          { name: "PYSTOL_RUN", value: run.metadata.name },
          { name: "PYSTOL_POD_NAME", ...field("metadata.name") },
          { name: "PYSTOL_NODE_NAME", ...field("spec.nodeName") },
          { name: "HOME", value: "/tmp" },
        ],
        resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
        securityContext: SECURITY,
      },
    ],
  };
  const labels = { ...labelsOf(run.spec.action), [NODE_LABEL]: digestOf(node) };
  const metadata = { name, namespace: NODES_NAMESPACE, labels };
  return { apiVersion: pods.apiVersion, kind: pods.kind, metadata, spec };
}
