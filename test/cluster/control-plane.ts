import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { accepts } from "./accepts.ts";
import { type Access, answersOk } from "./api-probe.ts";
import {
  apiServerArguments,
  type ControlPlaneFiles,
  controllerManagerArguments,
  controlPlaneFiles,
  etcdArguments,
  type Features,
} from "./control-plane-flags.ts";
import { freePort } from "./free-port.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { kubernetesPrograms } from "./kubernetes.ts";
import type { Progress } from "./progress.ts";
import { ServerEnded, type Supervised, supervise } from "./supervised.ts";

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const PORT_ATTEMPTS = 5;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g;
const LONGEST_SOCKET_PATH = 107; // sun_path, unix(7)

/** A Kubernetes API with real storage, admission, RBAC and controllers, and without nodes. */
export interface ControlPlane extends AsyncDisposable {
  /** The path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** "https://127.0.0.1:PORT" */
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly adminToken: string;
  /** The path of a kubectl of the same version. */
  readonly kubectl: string;
  /** KUBECONFIG, for programs that are started. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts etcd, kube-apiserver and kube-controller-manager on a free port of loopback, with their
 * files in `dir`, an empty folder of the caller's, and returns once they serve (about 4 s). Any
 * number can run at once. They end with `stop`, on disposal, and when this process ends.
 */
export async function startControlPlane(options: {
  readonly cacheDir: string;
  readonly dir: string;
  readonly features?: Features;
  readonly progress?: Progress;
}): Promise<ControlPlane> {
  const { cacheDir, dir, features, progress = () => undefined } = options;
  const programs = await kubernetesPrograms({ cacheDir, progress });
  const files = controlPlaneFiles(dir);
  refuseLongPath(files.etcdSocket);
  await using servers = new AsyncDisposableStack();
  const start = async (name: string, args: readonly string[]): Promise<Supervised> => {
    const program = join(programs, name);
    const logFile = join(dir, `${name}.log`);
    return servers.use(await supervise({ name, program, args, logFile }));
  };
  progress("Start the control plane");
  const adminToken = randomBytes(16).toString("hex");
  const controllerToken = randomBytes(16).toString("hex");
  await writeCredentials(files, { adminToken, controllerToken });
  const etcd = await start("etcd", etcdArguments(files));
  // An API server that comes first waits a second before it tries again.
  await until("etcd accepts connections", () => accepts(files.etcdSocket), [etcd]);
  const { server, ca } = await startApiServer({ files, token: adminToken, etcd, features, start });
  const admin = { server, ca, user: "admin", token: adminToken };
  const controllers = {
    server,
    ca,
    user: "system:kube-controller-manager",
    token: controllerToken,
  };
  await writeFile(files.certificateAuthority, ca);
  await writeFile(files.kubeconfig, kubeconfigText(admin), { mode: 0o600 });
  await writeFile(files.controllerManagerKubeconfig, kubeconfigText(controllers), { mode: 0o600 });
  const manager = await start(
    "kube-controller-manager",
    controllerManagerArguments(files, features),
  );
  // Pods cannot be made in a namespace before controllers gave it these.
  for (const path of ["serviceaccounts/default", "configmaps/kube-root-ca.crt"]) {
    await untilOk(`/api/v1/namespaces/default/${path}`, admin, [etcd, manager]);
  }
  const kept = servers.move();
  const stop = () => kept.disposeAsync();
  return {
    ...{ kubeconfig: files.kubeconfig, server, ca, adminToken, stop },
    kubectl: join(programs, "kubectl"),
    env: { KUBECONFIG: files.kubeconfig },
    [Symbol.asyncDispose]: stop,
  };
}

/** Until it has one of its own, a port can be taken by another process: then with another port. */
async function startApiServer(options: {
  readonly files: ControlPlaneFiles;
  readonly token: string;
  readonly etcd: Supervised;
  readonly features: Features | undefined;
  readonly start: (name: string, args: readonly string[]) => Promise<Supervised>;
}): Promise<{ server: string; ca: string }> {
  const { files, token, etcd, features, start } = options;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const apiServer = await start("kube-apiserver", apiServerArguments(files, port, features));
    const server = `https://127.0.0.1:${port}`;
    try {
      const ca = await certificateAuthority(files, apiServer);
      await untilOk("/readyz", { server, ca, token }, [etcd, apiServer]);
      return { server, ca };
    } catch (error) {
      const taken = error instanceof ServerEnded && error.log.includes("address already in use");
      if (!taken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** The API server writes its certificate and, after it, that of the authority which it made for it. */
async function certificateAuthority(
  files: ControlPlaneFiles,
  apiServer: Supervised,
): Promise<string> {
  const file = join(files.certificates, "apiserver.crt");
  let authority: string | undefined;
  const isWritten = async () => {
    const text = await readFile(file, "utf8").catch(() => "");
    [, authority] = text.match(CERTIFICATE) ?? [];
    return authority !== undefined;
  };
  await until(`kube-apiserver has written ${file}`, isWritten, [apiServer]);
  return authority ?? "";
}

/** Waits until the API answers 200 for the path. */
function untilOk(path: string, access: Access, servers: readonly Supervised[]): Promise<void> {
  const claim = `${access.server}${path} answers 200`;
  return until(claim, () => answersOk(path, access), servers);
}

/** Waits until the claim holds. Throws if one of the servers ends, or after a minute. */
async function until(
  claim: string,
  holds: () => Promise<boolean>,
  servers: readonly Supervised[],
): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await holds())) {
    for (const server of servers) await server.throwIfEnded();
    if (performance.now() > deadline) {
      throw new Error(
        `The control plane did not start: waited ${READY_TIMEOUT_MS / 1000} s until ${claim}. Is the machine very busy?`,
      );
    }
    await delay(POLL_MS);
  }
}

async function writeCredentials(
  files: ControlPlaneFiles,
  tokens: { readonly adminToken: string; readonly controllerToken: string },
): Promise<void> {
  await mkdir(files.certificates, { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "sec1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  await writeFile(files.serviceAccountKey, privateKey, { mode: 0o600 });
  await writeFile(files.serviceAccountPublicKey, publicKey);
  // https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
  const rows = [
    `${tokens.adminToken},admin,admin,system:masters`,
    `${tokens.controllerToken},system:kube-controller-manager,controllers`,
  ];
  await writeFile(files.tokens, `${rows.join("\n")}\n`, { mode: 0o600 });
}

function refuseLongPath(socket: string): void {
  const length = Buffer.byteLength(socket);
  if (length <= LONGEST_SOCKET_PATH) return;
  throw new Error(
    `The path of etcd's socket, ${socket}, has ${length} bytes; Linux allows ${LONGEST_SOCKET_PATH}. Choose a shorter folder.`,
  );
}
