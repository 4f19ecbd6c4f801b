/** What is known of the machine that is to run the nodes; undefined where it cannot be known from here. */
export interface MachineFacts {
  engine: "docker" | "podman" | "nerdctl";
  /** The folder of the engine's images and containers, and how much room it has. */
  storage: string | undefined;
  freeDiskBytes: number | undefined;
  availableMemoryBytes: number | undefined;
  inotifyInstances: number | undefined;
  inotifyWatches: number | undefined;
  cgroupVersion: 1 | 2 | undefined;
  isRootless: boolean;
  hasLibModules: boolean;
  /** The machine of the engine, if it is another one. */
  engineHost: string | undefined;
}

/** What is to be made. */
export interface ClusterPlan {
  nodes: number;
  nodeImages: readonly string[];
  /** Whether its configuration has the kubelet run on cgroup v1 (failCgroupV1: false). */
  allowsCgroupV1: boolean;
  /** Whether its configuration says where the API server listens. */
  hasApiServerAddress: boolean;
}

/** A sentence each, with what to do. */
export interface PreflightProblems {
  /** With these no cluster can come up. */
  errors: string[];
  /** With these it often does not. */
  warnings: string[];
}

const GIB = 2 ** 30;

/** A node image is 1.2 GiB when it is unpacked, and containers and images come on top. */
const LEAST_DISK_BYTES = 2 * GIB;
const ENOUGH_DISK_BYTES = 5 * GIB;
/** Measured on idle clusters: 1 GiB for a control plane, a third of one for a worker. */
const LEAST_MEMORY_BYTES = { controlPlane: 1 * GIB, worker: 0.35 * GIB };
const ENOUGH_MEMORY_BYTES = { controlPlane: 2 * GIB, worker: 0.5 * GIB };
/** Measured: a control plane has 25 instances of inotify open, a worker 12. */
const INSTANCES = { controlPlane: 30, worker: 15 };
/** Ubuntu's defaults, 128 and 8192, do for a small cluster: https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
const ENOUGH_INSTANCES = 512;
const LEAST_WATCHES = 8192;

/** All that stands against a cluster, decided from facts alone. */
export function preflightProblems(facts: MachineFacts, plan: ClusterPlan): PreflightProblems {
  const parts = [disk(facts), memory(facts, plan), inotify(facts, plan), cgroups(facts, plan)];
  const errors = parts.flatMap((part) => part.errors ?? []);
  if (facts.engine === "podman" && !facts.hasLibModules) {
    errors.push(
      "The folder /lib/modules does not exist; every node mounts it, and Podman does not make it. Make it: sudo mkdir -p /lib/modules",
    );
  }
  const warnings = parts.flatMap((part) => part.warnings ?? []);
  if (facts.engineHost !== undefined && !plan.hasApiServerAddress) {
    warnings.push(
      `${facts.engine} runs on ${facts.engineHost}, where kind lets the API server listen on 127.0.0.1 alone, which cannot be reached from here. Give a "kind-config" with networking: { apiServerAddress: ... } of that machine`,
    );
  }
  return { errors, warnings };
}

type Part = Partial<PreflightProblems>;

function disk({ engine, storage, freeDiskBytes: free }: MachineFacts): Part {
  if (free === undefined || free >= ENOUGH_DISK_BYTES) return {};
  const said = `${storage} has ${gib(free)} free`;
  const prune = `Make room, for example: ${engine} system prune --all --force`;
  return free < LEAST_DISK_BYTES
    ? { errors: [`${said}; expected at least ${gib(LEAST_DISK_BYTES)} for a node image. ${prune}`] }
    : { warnings: [`${said}; ${gib(ENOUGH_DISK_BYTES)} leave room for images. ${prune}`] };
}

function memory({ availableMemoryBytes: available }: MachineFacts, { nodes }: ClusterPlan): Part {
  const needed = (one: typeof LEAST_MEMORY_BYTES) => one.controlPlane + (nodes - 1) * one.worker;
  if (available === undefined || available >= needed(ENOUGH_MEMORY_BYTES)) return {};
  const said = `${gib(available)} of memory are available for ${counted(nodes)}`;
  const advice =
    'Use a larger runner, or fewer "workers"; what takes the memory says: ps aux --sort=-rss | head';
  return available < needed(LEAST_MEMORY_BYTES)
    ? { errors: [`${said}; expected at least ${gib(needed(LEAST_MEMORY_BYTES))}. ${advice}`] }
    : { warnings: [`${said}; ${gib(needed(ENOUGH_MEMORY_BYTES))} leave room for pods. ${advice}`] };
}

function inotify(facts: MachineFacts, { nodes }: ClusterPlan): Part {
  const part: Part = { errors: [], warnings: [] };
  const { inotifyInstances: instances, inotifyWatches: watches } = facts;
  const needed = INSTANCES.controlPlane + (nodes - 1) * INSTANCES.worker;
  const raise = `Raise it: sudo sysctl fs.inotify.max_user_instances=${ENOUGH_INSTANCES}`;
  if (instances !== undefined && instances < needed) {
    part.errors?.push(
      `fs.inotify.max_user_instances is ${instances}; expected at least ${needed} for ${counted(nodes)}, or a kubelet ends with "too many open files". ${raise}`,
    );
  } else if (instances !== undefined && instances < 2 * needed) {
    part.warnings?.push(
      `fs.inotify.max_user_instances is ${instances}; ${counted(nodes)} ${nodes === 1 ? "needs" : "need"} ${needed}, and all of root's programs share them. ${raise}`,
    );
  }
  if (watches !== undefined && watches < LEAST_WATCHES) {
    part.warnings?.push(
      `fs.inotify.max_user_watches is ${watches}; ${LEAST_WATCHES} do for a small cluster. Raise it: sudo sysctl fs.inotify.max_user_watches=524288`,
    );
  }
  return part;
}

function cgroups(facts: MachineFacts, plan: ClusterPlan): Part {
  if (facts.cgroupVersion !== 1) return {};
  const errors: string[] = [];
  const advice =
    "Use a machine with cgroup v2 (ubuntu-22.04 and later), or start it with systemd.unified_cgroup_hierarchy=1";
  if (facts.isRootless) {
    errors.push(
      `${facts.engine} runs without root, which kind can use with cgroup v2 alone; this machine has v1. ${advice}, or run the engine as root: https://kind.sigs.k8s.io/docs/user/rootless/`,
    );
  }
  // https://kubernetes.io/docs/concepts/architecture/cgroups/
  const tooNew = plan.nodeImages.filter((image) => (minorOf(image) ?? 0) >= 35);
  if (!plan.allowsCgroupV1) {
    errors.push(
      ...tooNew.map(
        (image) =>
          `The node image is ${image}, and from Kubernetes 1.35 on a kubelet does not start on cgroup v1, which this machine has. ${advice}; or use a node image of 1.34`,
      ),
    );
  }
  return { errors };
}

/** The minor version of Kubernetes that the tag names, such as 34 of "kindest/node:v1.34.11@sha256:...". */
function minorOf(image: string): number | undefined {
  const [, minor] = /:v?1\.([0-9]+)\b/.exec(image) ?? [];
  return minor === undefined ? undefined : Number(minor);
}

function counted(nodes: number): string {
  return `${nodes} ${nodes === 1 ? "node" : "nodes"}`;
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
