import type { PystolRun } from "../kubernetes/resources.ts";

/** The init container that fetches a role's source. */
export const FETCH_CONTAINER = "fetch";
const COLLECTIONS = { name: "collections", mountPath: "/collections" };
const GRACE_SECONDS = 30;
/** Kubernetes' default is 300: a runner on a node that is gone is given up sooner, so that recovery starts. */
const LOST_NODE_SECONDS = 30;

/** What of a pod's spec the run does not say. */
export interface PodParts {
  activeDeadlineSeconds: number;
  /** The image whose program fetches a source: never the role's. */
  fetchImage: string;
  /** The number of the recovery attempt; none for the pod that injects. */
  attempt?: number;
}

/** The service account in pystol-runs that has a role's rights; in a dry run one that may only read. */
export function accountOf({ spec }: PystolRun): string {
  return `pystol-${spec.dryRun ? "dryrun" : "role"}-${spec.role.name}`;
}

/** The pod of a run or of a recovery attempt, as the Pod Security Standard "restricted" wants it. */
export function podSpecFor(run: PystolRun, parts: PodParts): unknown {
  const { source, image } = run.spec.role;
  const { attempt } = parts;
  return {
    serviceAccountName: accountOf(run),
    restartPolicy: "Never",
    activeDeadlineSeconds: parts.activeDeadlineSeconds,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    enableServiceLinks: false,
    tolerations: ["not-ready", "unreachable"].map((name) => ({
      key: `node.kubernetes.io/${name}`,
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: LOST_NODE_SECONDS,
    })),
    ...awayFrom(namedNodes(run)),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
      // lets ping work without a capability
      sysctls: [{ name: "net.ipv4.ping_group_range", value: "0 2147483647" }],
    },
    ...(source ? { initContainers: [fetchContainer(run, parts.fetchImage)] } : {}),
    containers: [
      {
        name: "runner",
        image,
        ...SAME,
        env: [
          { name: "PYSTOL_RUN", value: run.metadata.name },
          field("PYSTOL_POD_NAME", "metadata.name"),
          field("PYSTOL_POD_UID", "metadata.uid"),
          field("PYSTOL_NODE_NAME", "spec.nodeName"),
          ...(attempt ? [{ name: "PYSTOL_RECOVERY_ATTEMPT", value: String(attempt) }] : []),
          ...(source ? [{ name: "ANSIBLE_COLLECTIONS_PATH", value: COLLECTIONS_PATH }] : []),
          { name: "HOME", value: "/tmp" },
        ],
        resources: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "512Mi" } },
        volumeMounts: [TMP, ...(source ? [{ ...COLLECTIONS, readOnly: true }] : [])],
      },
    ],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
      ...(source ? [{ name: "collections", emptyDir: { sizeLimit: "256Mi" } }] : []),
    ],
  };
}

const TMP = { name: "tmp", mountPath: "/tmp" };
const COLLECTIONS_PATH = `${COLLECTIONS.mountPath}:/usr/share/ansible/collections`;
const SAME = {
  imagePullPolicy: "IfNotPresent",
  terminationMessagePolicy: "File",
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
};

function field(name: string, fieldPath: string) {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function fetchContainer({ spec }: PystolRun, image: string) {
  return {
    name: FETCH_CONTAINER,
    image,
    ...SAME,
    command: ["/usr/bin/node", "/usr/lib/pystol/runner/fetch.js"],
    env: [
      { name: "PYSTOL_SOURCE", value: JSON.stringify(spec.role.source) },
      { name: "PYSTOL_COLLECTION", value: spec.role.collection },
      { name: "HOME", value: "/tmp" },
    ],
    resources: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "512Mi" } },
    volumeMounts: [TMP, COLLECTIONS],
  };
}

/** The nodes that the action names as targets: the runner had better not be on one. */
function namedNodes({ spec }: PystolRun): string[] {
  const { names } = (spec.target ?? {}) as { names?: string[] };
  return spec.role.actsOn?.kind === "Node" ? (names ?? []) : [];
}

/** Preferred only: where every node is a target, the platform leaves out the runner's own. A field takes one value. */
function awayFrom(nodes: readonly string[]): object {
  if (nodes.length === 0) return {};
  const matchFields = nodes.map((node) => ({
    key: "metadata.name",
    operator: "NotIn",
    values: [node],
  }));
  return {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, preference: { matchFields } },
        ],
      },
    },
  };
}
