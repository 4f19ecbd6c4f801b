import { run } from "./command.ts";
import { ensureGo, type GoWhere } from "./go-program.ts";

/** Programs are static, run on every machine of this architecture, and take no setting of the machine's. */
const GO_ENV = {
  CGO_ENABLED: "0",
  GOFLAGS: "-buildvcs=false",
  GOWORK: "off",
};

const NO_MODULES =
  "If modules cannot be downloaded, see that Go's module proxy or the GOPROXY of your network can be reached.";

/** Compiles `packages` of the module in `moduleFolder` into `outputFolder`, one program for each. */
export async function goBuild(options: {
  readonly purpose: string;
  readonly moduleFolder: string;
  readonly packages: string;
  readonly outputFolder: string;
  readonly where: GoWhere;
  /** Go variables to set, `import/path.name=value`. */
  readonly variables?: readonly string[];
}): Promise<void> {
  const linkerFlags = ["-s", "-w", ...(options.variables ?? []).map((one) => `-X ${one}`)];
  const flags = ["-trimpath", "-mod=readonly", "-ldflags", linkerFlags.join(" ")];
  await run(
    await ensureGo(options.where),
    ["build", ...flags, "-o", `${options.outputFolder}/`, options.packages],
    { purpose: options.purpose, cwd: options.moduleFolder, env: GO_ENV, advice: NO_MODULES },
  );
}

/** Compiles the program `packagePath@version` of a published module into `outputFolder`. */
export async function goInstall(options: {
  readonly packagePath: string;
  readonly version: string;
  readonly outputFolder: string;
  readonly where: GoWhere;
}): Promise<void> {
  await run(
    await ensureGo(options.where),
    ["install", "-trimpath", "-ldflags", "-s -w", `${options.packagePath}@${options.version}`],
    {
      purpose: `Compile ${options.packagePath}`,
      env: { ...GO_ENV, GOBIN: options.outputFolder },
      advice: NO_MODULES,
    },
  );
}
