/** A release of kind, and the SHA-256 of its binary for each platform, written "linux-amd64". */
export interface KindPin {
  version: string;
  sha256: Readonly<Record<string, string>>;
}

/**
 * The kind that is loaded where none is given. The sums were compared in several sources that do not depend on each other:
 * docs/decisions/kind-and-node-image.md. A sum that comes along with the file would only say that the file arrived whole.
 */
export const KIND_PIN: KindPin = {
  version: "v0.33.0",
  sha256: {
    "linux-amd64": "aee6151561422756b764a4ae28e7f44cda5af5a9eead3cc9985112b1de8d8e0d",
    "linux-arm64": "20022bee6cfcd5086cb7234d218e3454e6090022f2a8f55d1fa7fcf42c3867a2",
    "darwin-amd64": "5a99f26f57246dc9319dd294803313197a0f34d33c525b3ea8b655db5916ece0",
    "darwin-arm64": "0c8c7dbe5e23594a198b786c4bc13dacc101fa6196b0cb0b23a1ca44e61f4b4f",
  },
};

/**
 * The node image of that release for Kubernetes 1.34, which also runs on machines with cgroup v1; 1.35 and later do not.
 * https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0
 */
export const NODE_IMAGE =
  "docker.io/kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d";
