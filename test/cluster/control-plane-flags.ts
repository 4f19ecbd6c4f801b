import { join } from "node:path";

/** Where a control plane keeps its files, below one folder of its own. */
export interface ControlPlaneFiles {
  readonly etcdData: string;
  readonly etcdSocket: string;
  readonly peerSocket: string;
  readonly certificates: string;
  readonly certificateAuthority: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly tokens: string;
  readonly kubeconfig: string;
  readonly controllerManagerKubeconfig: string;
}

export function controlPlaneFiles(dir: string): ControlPlaneFiles {
  return {
    etcdData: join(dir, "etcd"),
    etcdSocket: join(dir, "etcd.sock"),
    peerSocket: join(dir, "peer.sock"),
    certificates: join(dir, "certificates"),
    certificateAuthority: join(dir, "ca.crt"),
    serviceAccountKey: join(dir, "sa.key"),
    serviceAccountPublicKey: join(dir, "sa.pub"),
    tokens: join(dir, "tokens.csv"),
    kubeconfig: join(dir, "kubeconfig"),
    controllerManagerKubeconfig: join(dir, "controller-manager.kubeconfig"),
  };
}

/** Feature gates to set, by name. */
export type Features = Readonly<Record<string, boolean>>;

type Flags = Readonly<Record<string, string>>;

function asArguments(flags: Flags, features: Features = {}): string[] {
  const gates = Object.entries(features).map(([name, on]) => `${name}=${on}`);
  const all = gates.length === 0 ? flags : { ...flags, "feature-gates": gates.join(",") };
  return Object.entries(all).map(([name, value]) => `--${name}=${value}`);
}

/**
 * etcd on sockets in its folder: no port to find, and none for other users of the machine. What it
 * advertises must have a host and a port; to a cluster of one it means nothing.
 */
export function etcdArguments(files: ControlPlaneFiles): string[] {
  const advertisedPeer = "http://localhost:2380";
  return asArguments({
    "data-dir": files.etcdData,
    "listen-client-urls": `unix://${files.etcdSocket}`,
    "listen-peer-urls": `unix://${files.peerSocket}`,
    "advertise-client-urls": "http://localhost:2379",
    "initial-advertise-peer-urls": advertisedPeer,
    "initial-cluster": `default=${advertisedPeer}`,
    // The data dies with us; waiting for the disk would only make tests slow.
    "unsafe-no-fsync": "true",
  });
}

/**
 * The API server, with what kubeadm sets that a client can tell: authorization, admission, issuer.
 * It makes its own certificate authority and certificate. kube-apiserver(1)
 */
export function apiServerArguments(
  files: ControlPlaneFiles,
  port: number,
  features?: Features,
): string[] {
  return asArguments(
    {
      "bind-address": "127.0.0.1",
      "secure-port": String(port),
      "cert-dir": files.certificates,
      "advertise-address": "127.0.0.1",
      "endpoint-reconciler-type": "none",
      "etcd-servers": `unix://${files.etcdSocket}`,
      "authorization-mode": "Node,RBAC",
      "enable-admission-plugins": "NodeRestriction",
      "token-auth-file": files.tokens,
      "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
      "service-account-key-file": files.serviceAccountPublicKey,
      "service-account-signing-key-file": files.serviceAccountKey,
      "service-cluster-ip-range": "10.96.0.0/16",
      "allow-privileged": "true",
      profiling: "false",
    },
    features,
  );
}

/** Every controller under a service account of its own, as in a real cluster. */
export function controllerManagerArguments(
  files: ControlPlaneFiles,
  features?: Features,
): string[] {
  return asArguments(
    {
      kubeconfig: files.controllerManagerKubeconfig,
      "use-service-account-credentials": "true",
      "service-account-private-key-file": files.serviceAccountKey,
      "root-ca-file": files.certificateAuthority,
      "leader-elect": "false",
      // Getting its accounts' tokens at the default of 20 requests a second takes it 5 s.
      "kube-api-qps": "1000",
      "kube-api-burst": "1000",
      // No port at all: nobody asks for its metrics.
      "secure-port": "0",
    },
    features,
  );
}
