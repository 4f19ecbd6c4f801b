import { run } from "./command.ts";
import { findProgram } from "./find-program.ts";
import type { GoWhere } from "./go-program.ts";
import { goTool } from "./go-tool.ts";
import { startsAtLeast } from "./release.ts";
import { KIND_VERSION } from "./versions.ts";

/** The oldest kind that starts nodes of our Kubernetes version. */
const OLDEST_KIND = "0.30";

/** The path of kind: the machine's own if it is new enough, otherwise compiled once. */
export async function ensureKind(where: GoWhere): Promise<string> {
  const found = await findProgram("kind");
  if (found !== undefined) {
    const { stdout } = await run(found, ["version", "--quiet"], {
      purpose: "Ask kind for its version",
    });
    if (startsAtLeast(stdout.trim(), OLDEST_KIND)) return found;
  }
  return goTool("sigs.k8s.io/kind", `v${KIND_VERSION}`, "kind", where);
}
