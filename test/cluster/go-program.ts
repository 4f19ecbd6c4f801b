import { chmod, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { run } from "./command.ts";
import { findProgram } from "./find-program.ts";
import { installPackages } from "./packages.ts";
import type { Progress } from "./progress.ts";
import { startsAtLeast } from "./release.ts";
import { GO_VERSION } from "./versions.ts";

/** The oldest Go that compiles what `go/` needs: CoreDNS asks for it. */
const OLDEST_GO = "1.25";

/** Where Go programs are kept and what making them may do. */
export interface GoWhere {
  readonly cacheDir: string;
  readonly progress: Progress;
  /** Whether Debian's Go may be installed where there is none; default: no. */
  readonly mayInstall?: boolean;
}

/**
 * The path of a Go that is new enough: the machine's own, or one that an older Go, such as that of
 * Debian 12, fetches as a module, with the checksum database's consent, into the cache.
 */
export async function ensureGo(where: GoWhere): Promise<string> {
  const found = await findGo();
  if (found !== undefined && (await isNewEnough(found))) return found;
  const module = toolchainModule(GO_VERSION, process.arch);
  const folder = await cached({
    ...where,
    name: `go-${GO_VERSION}`,
    inputs: { module },
    build: async (unfinished) => {
      const older = found ?? (await installGo(where));
      where.progress(`Download Go ${GO_VERSION}`);
      await downloadGo({ older, module, folder: unfinished });
    },
  });
  return join(folder, "go", "bin", "go");
}

function findGo(): Promise<string | undefined> {
  return findProgram("go", ["/usr/local/go/bin"]);
}

async function isNewEnough(go: string): Promise<boolean> {
  const { stdout } = await run(go, ["env", "GOVERSION"], { purpose: "Ask Go for its version" });
  return startsAtLeast(stdout.trim().replace(/^go/, ""), OLDEST_GO);
}

async function installGo(where: GoWhere): Promise<string> {
  await installPackages({
    packages: ["golang-go", "ca-certificates"],
    need: `Go is not installed; it compiles Kubernetes and kind. ${OLDEST_GO} or newer is best (https://go.dev/doc/install); an older one fetches a newer one.`,
    mayInstall: where.mayInstall ?? false,
    progress: where.progress,
  });
  return (await findGo()) ?? "go";
}

/** Go as a module, for `go mod download`. https://go.dev/doc/toolchain#download */
export function toolchainModule(version: string, architecture: string): string {
  const goArchitecture = architecture === "x64" ? "amd64" : architecture;
  return `golang.org/toolchain@v0.0.1-go${version}.linux-${goArchitecture}`;
}

/** Puts the Go that `module` is into `folder`/go. */
export async function downloadGo(options: {
  readonly older: string;
  readonly module: string;
  readonly folder: string;
}): Promise<void> {
  const { older, module, folder } = options;
  const modules = join(folder, "modules");
  const { stdout } = await run(older, ["mod", "download", "-json", module], {
    purpose: `Download Go ${GO_VERSION}`,
    cwd: folder,
    env: {
      ...{ GO111MODULE: "on", GOTOOLCHAIN: "local", GOWORK: "off" },
      ...{ GOFLAGS: "-modcacherw", GOMODCACHE: modules },
    },
    advice: "Can Go's module proxy, or the GOPROXY of your network, be reached?",
  });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  const go = join(folder, "go");
  await rename(Dir, go);
  await rm(modules, { recursive: true, force: true });
  // Modules have no executable files.
  for (const programs of ["bin", join("pkg", "tool")]) {
    const files = await readdir(join(go, programs), { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      await chmod(join(file.parentPath, file.name), 0o755);
    }
  }
}
