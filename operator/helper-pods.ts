import { createHash } from "node:crypto";
import type { PystolRun } from "../kubernetes/resources.ts";
import { NODES_NAMESPACE } from "../kubernetes/resources.ts";
import type { Step } from "./reconcile.ts";
import { labelsOf } from "./run.ts";
import { isTerminal, type Pod } from "./workloads.ts";

/** crds and the helper's cost: a run acts on at most so many nodes at once. */
const NODES_LIMIT = 50;
export const NODE_LABEL = "pystol.org/node";
/** A label's value has at most 63 characters: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_LIMIT = 63;

/** The name of a run's helper pod on a node. */
export function helperNameOf(run: PystolRun, node: string): string {
  const digest = createHash("sha256").update(node).digest("hex").slice(0, 8);
  return `${run.metadata.name}-n${digest}`;
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
 * The fixed template: nothing in it comes from the role or the action but names. It sees the node's processes, to enter the
 * network namespace of a target pod, and mounts nothing of the node.
 */
function helperPod(
  run: PystolRun,
  node: string,
  name: string,
  { image, deadlineSeconds }: { image: string; deadlineSeconds: number },
): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: NODES_NAMESPACE,
      labels: {
        ...labelsOf(run.spec.action),
        ...(node.length <= LABEL_LIMIT ? { [NODE_LABEL]: node } : {}),
      },
    },
    spec: {
      nodeName: node,
      hostPID: true,
      restartPolicy: "Never",
      serviceAccountName: "pystol-node-helper",
      activeDeadlineSeconds: deadlineSeconds,
      terminationGracePeriodSeconds: 10,
      enableServiceLinks: false,
      tolerations: [{ operator: "Exists" }],
      containers: [
        {
          name: "helper",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["/usr/bin/node", "/usr/lib/pystol/node-helper/main.js"],
          env: [
            { name: "PYSTOL_RUN", value: run.metadata.name },
            { name: "PYSTOL_POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "PYSTOL_NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
            { name: "HOME", value: "/tmp" },
          ],
          resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
          securityContext: { privileged: true, runAsUser: 0, readOnlyRootFilesystem: true },
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        },
      ],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "16Mi" } }],
    } as NonNullable<Pod["spec"]>,
  };
}
