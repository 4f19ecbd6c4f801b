import { type Client, createClient } from "../kubernetes/client.ts";
import { kubeconfigConnection } from "../kubernetes/kubeconfig.ts";

/** A cluster that has answered. */
export interface Cluster {
  client: Client;
  /** Its API server's address, for messages. */
  server: string;
  serverVersion: string;
}

/**
 * Connects to the cluster of a kubeconfig and asks for its version, so that a wrong address or credential is noticed at once.
 *
 * @throws if the kubeconfig cannot be read, or the cluster does not answer.
 */
export async function connect(options: {
  kubeconfig?: string | undefined;
  context?: string | undefined;
}): Promise<Cluster> {
  const connection = await kubeconfigConnection({
    file: options.kubeconfig,
    context: options.context,
  });
  const client = createClient(connection, { userAgent: "pystol-client" });
  try {
    const version = await client.request<{ gitVersion: string }>({
      method: "GET",
      path: "/version",
    });
    return { client, server: connection.server, serverVersion: version.gitVersion };
  } catch (cause) {
    await client.close();
    throw new Error(
      `The cluster at ${connection.server} does not answer: ${(cause as Error).message}. Check the kubeconfig with: kubectl version`,
      { cause },
    );
  }
}
