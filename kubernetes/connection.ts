import { readFile } from "node:fs/promises";

/** Where an API server is and how to prove who asks. */
export interface Connection {
  /** The server's address, for example https://127.0.0.1:6443, perhaps with a path below which it serves. */
  server: string;
  ca?: string;
  clientCertificate?: string;
  clientKey?: string;
  serverName?: string;
  skipTlsVerify?: boolean;
  /**
   * The value of the Authorization header, asked anew for each request since tokens rotate. `refused` is a value that the server
   * did not accept: where it can be read again, it is, whatever is cached.
   */
  authorization?: (options?: { refused: string }) => Promise<string | undefined>;
  /** The namespace that the context or the pod is in. */
  namespace: string;
}

const ACCOUNT_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount";
const TOKEN_CACHE_MS = 60_000; // client-go reads a token file again after a minute

/**
 * The connection of a pod, by its service account.
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api
 * PYSTOL_SERVICE_ACCOUNT_DIRECTORY names another folder for the account's files, for a runner that no kubelet started.
 *
 * @throws if it does not run in a pod, or the account's files are absent.
 */
export async function inClusterConnection(
  environment: Readonly<Record<string, string | undefined>>,
  now: () => number,
): Promise<Connection> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  if (!host || !port) {
    throw new Error(
      "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this program expects to run in a pod, or needs a kubeconfig.",
    );
  }
  const directory = environment.PYSTOL_SERVICE_ACCOUNT_DIRECTORY ?? ACCOUNT_DIRECTORY;
  let token: { value: string; readAt: number } | undefined;
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    ca: await readFile(`${directory}/ca.crt`, "utf8"),
    namespace: (await readFile(`${directory}/namespace`, "utf8")).trim(),
    authorization: async ({ refused } = { refused: "" }) => {
      const isRefused = token && refused === `Bearer ${token.value}`;
      if (!token || isRefused || now() - token.readAt > TOKEN_CACHE_MS) {
        token = { value: (await readFile(`${directory}/token`, "utf8")).trim(), readAt: now() };
      }
      return `Bearer ${token.value}`;
    },
  };
}
