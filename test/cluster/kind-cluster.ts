import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, run } from "./command.ts";
import { isOurs, kindConfig } from "./kind-config.ts";
import { acquireLock } from "./lock.ts";
import { cgroupVersion } from "./machine.ts";
import type { Progress } from "./progress.ts";
import { refuseWithoutRoom } from "./room.ts";
import type { Tools } from "./tools.ts";

const READY_SECONDS = 240;

interface NamedCluster {
  readonly name: string;
  readonly tools: Tools;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a kind cluster and returns once its nodes are Ready and its DNS answers. One of the same
 * name that we made is deleted first; another's is refused. If the cluster does not come up, the
 * error has the reason (kind's own output and the end of the kubelet's journal) and nothing is left.
 */
export async function createKindCluster(
  options: NamedCluster & {
    readonly workers: number;
    /** The file that gets the cluster's kubeconfig; nothing else is written to. */
    readonly kubeconfig: string;
    readonly progress: Progress;
  },
): Promise<void> {
  const { name, tools, progress, signal } = options;
  await using _lock = await lockName(options);
  await deleteIfOurs(options);
  await refuseWithoutRoom(options.workers);
  progress(`Create the kind cluster ${name} (1 control plane, ${options.workers} workers)`);
  const mark = markOf(name, tools);
  await mkdir(mark, { recursive: true });
  const config = join(mark, "kind.yaml");
  const version = await cgroupVersion();
  await writeFile(config, kindConfig({ workers: options.workers, cgroupVersion: version, mark }));
  await rm(options.kubeconfig, { force: true });
  try {
    await run(
      tools.kind,
      [
        ...["create", "cluster", "--name", name, "--config", config, "--retain"],
        ...["--kubeconfig", options.kubeconfig],
        ...(tools.nodeImage === undefined ? [] : ["--image", tools.nodeImage]),
      ],
      { purpose: `Create the kind cluster ${name}`, env: tools.engine.env, signal },
    );
    progress("Wait until the nodes are ready");
    await waitUntilReady(options);
  } catch (error) {
    const journal = await kubeletJournal(options);
    await deleteIfOurs({ name, tools });
    await rm(options.kubeconfig, { force: true });
    if (!(error instanceof Error) || journal === "") throw error;
    throw new Error(`${error.message}\n  The kubelet's last errors:\n${journal}`, { cause: error });
  }
}

/** kind's own --wait ends with exit code 0 when the time is up; this does not. */
async function waitUntilReady(
  options: NamedCluster & { readonly kubeconfig: string },
): Promise<void> {
  const { name, kubeconfig, tools, signal } = options;
  const timeout = `--timeout=${READY_SECONDS}s`;
  const kubectl = (args: readonly string[]) =>
    run(tools.kubectl, ["--kubeconfig", kubeconfig, ...args], {
      purpose: `Wait until the cluster ${name} is ready`,
      signal,
    });
  await kubectl(["wait", "--for=condition=Ready", "nodes", "--all", timeout]);
  await kubectl(["--namespace=kube-system", "rollout", "status", "deployment/coredns", timeout]);
}

async function kubeletJournal({ name, tools }: NamedCluster): Promise<string> {
  try {
    const { stdout } = await run(
      tools.engine.path,
      [
        ...["exec", `${name}-control-plane`, "journalctl", "--unit=kubelet"],
        // klog begins the lines of errors with E.
        ...["--no-pager", "--lines=8", "--output=cat", "--grep=^[EF][0-9]"],
      ],
      { purpose: "Read the kubelet's journal", env: tools.engine.env, timeoutMs: 20_000 },
    );
    return stdout.trimEnd().replaceAll(/^/gm, "  | ").trimEnd();
  } catch (error) {
    // There may be no container yet; the error that led here tells more.
    if (error instanceof CommandError) return "";
    throw error;
  }
}

/**
 * Deletes the cluster if it is there and ours. Throws if there is one of that name that we did not
 * make.
 */
export async function deleteKindCluster(
  options: NamedCluster & { readonly progress: Progress },
): Promise<void> {
  await using _lock = await lockName(options);
  await deleteIfOurs(options);
}

/** One process at a time makes or deletes the cluster of a name. */
function lockName(
  options: NamedCluster & { readonly progress: Progress },
): Promise<AsyncDisposable> {
  return acquireLock(`${markOf(options.name, options.tools)} cluster`, () =>
    options.progress(`Wait for another process that makes or deletes ${options.name}`),
  );
}

async function deleteIfOurs(
  options: NamedCluster & { readonly progress?: Progress },
): Promise<void> {
  const { name, tools } = options;
  const owner = await ownerOf(options);
  if (owner === "none") return;
  if (owner === "another") {
    throw new Error(
      [
        `There is a kind cluster "${name}" that was not made here; it is left as it is.`,
        `  Choose another --name, or delete it yourself: kind delete cluster --name ${name}`,
      ].join("\n"),
    );
  }
  options.progress?.(`Delete the kind cluster ${name}`);
  await run(
    tools.kind,
    // kind also takes the cluster out of a kubeconfig; that of ours has no other cluster in it.
    ["delete", "cluster", "--name", name, "--kubeconfig", join(markOf(name, tools), "kubeconfig")],
    { purpose: `Delete the kind cluster ${name}`, env: tools.engine.env },
  );
}

/** Whose the cluster of that name is. */
export async function ownerOf({ name, tools }: NamedCluster): Promise<"none" | "us" | "another"> {
  const { path, env } = tools.engine;
  const purpose = `Look for containers of the cluster ${name}`;
  const label = `label=io.x-k8s.kind.cluster=${name}`;
  const listed = await run(path, ["ps", "--all", "--quiet", "--filter", label], { purpose, env });
  const ids = listed.stdout.split("\n").filter((id) => id !== "");
  if (ids.length === 0) return "none";
  const { stdout } = await run(path, ["inspect", "--format", "{{json .Mounts}}", ...ids], {
    purpose,
    env,
  });
  return isOurs(stdout, markOf(name, tools)) ? "us" : "another";
}

/** Gives every node the images of an archive that `saveImages` wrote. */
export async function loadImageArchive(
  options: NamedCluster & { readonly archive: string },
): Promise<void> {
  const { name, archive, tools, signal } = options;
  await run(tools.kind, ["load", "image-archive", archive, "--name", name], {
    purpose: `Load ${archive} into the nodes of ${name}`,
    env: tools.engine.env,
    signal,
  });
}

function markOf(name: string, tools: Tools): string {
  return join(tools.cacheDir, "clusters", name);
}
