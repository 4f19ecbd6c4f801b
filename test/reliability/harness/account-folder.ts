import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PystolControlPlane } from "../../support/pystol-control-plane.ts";

const ACCOUNT = { namespace: "pystol-system", name: "pystol-operator" };

/** The folder in which a kubelet keeps a service account's token for a container. */
export interface AccountFolder {
  readonly folder: string;
  /** The token that is in the folder now. */
  readonly token: string;
  /** Puts a fresh token in the place of the one that is about to expire, at once, as a kubelet does. */
  rotate(): Promise<void>;
}

/** The operator's. */
export async function accountFolder(
  world: PystolControlPlane,
  folder: string,
): Promise<AccountFolder> {
  await mkdir(folder);
  let token = "";
  const rotate = async () => {
    token = await world.tokenOf(ACCOUNT);
    const fresh = join(folder, "token.fresh");
    await writeFile(fresh, token, { mode: 0o600 });
    await rename(fresh, join(folder, "token"));
  };
  await writeFile(join(folder, "ca.crt"), world.controlPlane.ca);
  await writeFile(join(folder, "namespace"), ACCOUNT.namespace);
  await rotate();
  return {
    folder,
    rotate,
    get token() {
      return token;
    },
  };
}

/** The variables by which a program finds the API server and its account, as in a pod. */
export function inCluster(server: string, folder: string): Record<string, string> {
  const { hostname, port } = new URL(server);
  return {
    PYSTOL_KUBECONFIG: "",
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    PYSTOL_SERVICE_ACCOUNT_DIRECTORY: folder,
  };
}
