/** What a test cluster is made of. A change here makes new cache entries and images. */

/**
 * The last minor version whose kubelet runs on cgroup v1 unasked.
 * https://kubernetes.io/docs/concepts/architecture/cgroups/
 * The versions of Kubernetes' and CoreDNS' own modules are in `go/`.
 */
export const KUBERNETES_VERSION = "1.34.4";

export const KIND_VERSION = "0.33.0";

/** For where the machine's Go is missing or too old. */
export const GO_VERSION = "1.26.8";

/** Of the same minor version, built for that kind. https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0 */
export const PUBLISHED_NODE_IMAGE =
  "docker.io/kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d";

/** The Debian release of every image that we build, and the published image of it. */
export const BASE_SUITE = "trixie";
export const PUBLISHED_BASE_IMAGE = "docker.io/library/debian:trixie-slim";

/** The same minor version as the Debian package in the runner's image. */
export const ANSIBLE_CORE_VERSION = "2.19.*";
