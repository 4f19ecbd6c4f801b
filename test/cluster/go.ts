import { run } from "./command.ts";
import { findProgram } from "./find-program.ts";
import { startsAtLeast } from "./release.ts";

/** The oldest Go that builds what `go/` needs: CoreDNS asks for it. */
const OLDEST_GO = "1.25";

const HOW_TO_GET_GO = [
  `Install Go ${OLDEST_GO} or newer and put it on the PATH: https://go.dev/doc/install.`,
  "Where only packages can be had, a Go from 1.21 on fetches a newer one through the module proxy:",
  "  GOTOOLCHAIN=go1.26.8 go version     (Debian 12: golang-go of bookworm-backports)",
].join("\n  ");

/** Programs are static, run on every machine of this architecture, and take no setting of the machine's. */
const GO_ENV = {
  CGO_ENABLED: "0",
  GOFLAGS: "-buildvcs=false",
  GOWORK: "off",
};

/** The path of a Go that is new enough. Throws what is missing and how to get it. */
async function findGo(): Promise<string> {
  const go = await findProgram("go", ["/usr/local/go/bin", "/usr/lib/go/bin"]);
  if (go === undefined) {
    throw new Error(
      `Go is not on the PATH nor in /usr/local/go; it compiles Kubernetes and kind.\n  ${HOW_TO_GET_GO}`,
    );
  }
  const { stdout } = await run(go, ["env", "GOVERSION"], { purpose: "Ask Go for its version" });
  const version = stdout.trim().replace(/^go/, "");
  if (!startsAtLeast(version, OLDEST_GO)) {
    throw new Error(
      `${go} is version ${version}; ${OLDEST_GO} or newer is needed.\n  ${HOW_TO_GET_GO}`,
    );
  }
  return go;
}

const NO_MODULES =
  "If modules cannot be downloaded, see that proxy.golang.org or the GOPROXY of your network can be reached.";

/** Compiles `packages` of the module in `moduleFolder` into `outputFolder`, one program for each. */
export async function goBuild(options: {
  readonly purpose: string;
  readonly moduleFolder: string;
  readonly packages: string;
  readonly outputFolder: string;
  /** Go variables to set, `import/path.name=value`. */
  readonly variables?: readonly string[];
}): Promise<void> {
  const linkerFlags = ["-s", "-w", ...(options.variables ?? []).map((one) => `-X ${one}`)];
  const flags = ["-trimpath", "-mod=readonly", "-ldflags", linkerFlags.join(" ")];
  await run(
    await findGo(),
    ["build", ...flags, "-o", `${options.outputFolder}/`, options.packages],
    { purpose: options.purpose, cwd: options.moduleFolder, env: GO_ENV, advice: NO_MODULES },
  );
}

/** Compiles the program `packagePath@version` of a published module into `outputFolder`. */
export async function goInstall(options: {
  readonly packagePath: string;
  readonly version: string;
  readonly outputFolder: string;
}): Promise<void> {
  await run(
    await findGo(),
    ["install", "-trimpath", "-ldflags", "-s -w", `${options.packagePath}@${options.version}`],
    {
      purpose: `Compile ${options.packagePath}`,
      env: { ...GO_ENV, GOBIN: options.outputFolder },
      advice: NO_MODULES,
    },
  );
}
