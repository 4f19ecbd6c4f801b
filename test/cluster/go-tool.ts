import { basename, join } from "node:path";
import { type CacheEntry, cached } from "./cache.ts";
import { goInstall } from "./go.ts";
import type { GoWhere } from "./go-program.ts";

/**
 * The path of a program that is published as a Go module, compiled once:
 * `goTool("github.com/nektos/act", "v0.2.84", "act", where)`. `packagePath` may be a package in a
 * module ("github.com/rhysd/actionlint/cmd/actionlint"); `version` is exact, since an entry of the
 * cache is never compiled again.
 */
export async function goTool(
  packagePath: string,
  version: string,
  program: string,
  where: GoWhere,
): Promise<string> {
  if (!/^v\d+\.\d+\.\d+/.test(version)) {
    throw new Error(
      `The version of ${packagePath} is "${version}"; expected an exact one such as "v1.2.3".`,
    );
  }
  const entry: CacheEntry = {
    ...where,
    name: `${program}-${version}`,
    inputs: { packagePath, version },
    build: async (outputFolder) => {
      where.progress(`Compile ${basename(packagePath)} ${version}`);
      await goInstall({ packagePath, version, outputFolder, where });
    },
  };
  return join(await cached(entry), program);
}
