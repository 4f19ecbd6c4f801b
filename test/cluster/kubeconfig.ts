import { stringify } from "yaml";

/** A kubeconfig for one server and one bearer token. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export function kubeconfigText(access: {
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
}): string {
  const name = "pystol-control-plane";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: access.server,
          "certificate-authority-data": Buffer.from(access.ca).toString("base64"),
        },
      },
    ],
    users: [{ name: access.user, user: { token: access.token } }],
    contexts: [{ name, context: { cluster: name, user: access.user } }],
    "current-context": name,
  });
}
