import { access } from "node:fs/promises";
import { run } from "./command.ts";
import type { Progress } from "./progress.ts";

/** Podman, what kind's networks need (dnsname: nodes find each other by name), and what makes base images. */
export const ENGINE_PACKAGES = [
  "podman",
  "runc",
  "containernetworking-plugins",
  "golang-github-containernetworking-plugin-dnsname",
  "iptables",
  "iproute2",
  "uidmap",
];
export const BASE_IMAGE_PACKAGES = ["mmdebstrap", "ca-certificates"];

/** The command that installs packages, for a person to paste. */
export function installCommand(packages: readonly string[]): string {
  return `sudo apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/**
 * Installs Debian packages if `mayInstall`. Throws otherwise, and where there is no apt-get or this
 * is not root: with `need` ("No container engine is installed.") and the command that would do.
 */
export async function installPackages(options: {
  readonly packages: readonly string[];
  readonly need: string;
  readonly mayInstall: boolean;
  readonly progress: Progress;
}): Promise<void> {
  const { packages, need } = options;
  const hasApt = await access("/usr/bin/apt-get").then(
    () => true,
    () => false,
  );
  if (!options.mayInstall || !hasApt || process.getuid?.() !== 0) {
    throw new Error(`${need}\n  On Debian or Ubuntu: ${installCommand(packages)}`);
  }
  options.progress(`Install ${packages.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const advice = "Can the archive in /etc/apt be reached, and does no other apt-get run?";
  await run("apt-get", ["update", "--quiet"], { purpose: "Update the package lists", env, advice });
  await run("apt-get", ["install", "--quiet", "--yes", "--no-install-recommends", ...packages], {
    purpose: `Install ${packages.join(", ")}`,
    env,
    advice,
  });
}
