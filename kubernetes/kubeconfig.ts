import type { Connection } from "./connection.ts";

/**
 * The connection that a kubeconfig describes: that of `file`, or else of KUBECONFIG and ~/.kube/config as kubectl reads them;
 * of its `context`, or else of its current one. Certificates, tokens, exec plugins and OIDC work as client-node supports them.
 * client-node is loaded here alone, because it costs 60 MB.
 *
 * @throws if the file, the context or its cluster is absent; the message names what is there.
 */
export async function kubeconfigConnection(options: KubeconfigOptions): Promise<Connection> {
  const config = await readKubeconfig(options);
  const source = sourceOf(options);
  const cluster = config.getCurrentCluster();
  if (!cluster?.server) {
    throw new Error(
      `The current context "${config.getCurrentContext()}" of ${source} names no cluster; choose another with --context.`,
    );
  }
  const tls: Parameters<typeof config.applyToHTTPSOptions>[0] = {};
  await config.applyToHTTPSOptions(tls);
  const context = config.getContextObject(config.getCurrentContext());
  return {
    server: cluster.server.replace(/\/$/, ""),
    namespace: context?.namespace ?? "default",
    skipTlsVerify: cluster.skipTLSVerify === true,
    ...(tls.ca ? { ca: String(tls.ca) } : {}),
    ...(tls.cert ? { clientCertificate: String(tls.cert) } : {}),
    ...(tls.key ? { clientKey: String(tls.key) } : {}),
    ...(cluster.tlsServerName ? { serverName: cluster.tlsServerName } : {}),
    authorization: async () => {
      const fresh: { headers?: Record<string, unknown>; auth?: string | null } = {};
      await config.applyToHTTPSOptions(fresh as typeof tls);
      const header = Object.entries(fresh.headers ?? {}).find(
        ([name]) => name.toLowerCase() === "authorization",
      );
      if (header) return String(header[1]);
      return fresh.auth ? `Basic ${Buffer.from(fresh.auth).toString("base64")}` : undefined;
    },
  };
}

/**
 * A kubeconfig's text with that context as its current one, for programs that are to see this cluster and no other. It holds what the
 * original does, secrets too.
 *
 * @throws as kubeconfigConnection does.
 */
export async function kubeconfigText(options: KubeconfigOptions): Promise<string> {
  return (await readKubeconfig(options)).exportConfig();
}

interface KubeconfigOptions {
  file?: string | undefined;
  context?: string | undefined;
}

function sourceOf({ file }: KubeconfigOptions): string {
  return file ?? "the default kubeconfig (KUBECONFIG, or ~/.kube/config)";
}

async function readKubeconfig(options: KubeconfigOptions) {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const source = sourceOf(options);
  try {
    if (options.file) config.loadFromFile(options.file);
    else config.loadFromDefault();
  } catch (cause) {
    // Below the first line the parser quotes the file, which has secrets.
    const [why = ""] = (cause as Error).message.split("\n", 1);
    throw new Error(`Cannot read ${source}: ${why}`);
  }
  if (options.context) {
    const names = config.getContexts().map((context) => context.name);
    if (!names.includes(options.context)) {
      throw new Error(
        `No context "${options.context}" in ${source}; there are: ${names.join(", ") || "none"}.`,
      );
    }
    config.setCurrentContext(options.context);
  }
  return config;
}
