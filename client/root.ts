import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";

const MARK = "crds/pystolactions.yaml";

/**
 * The folder of Pystol's own files (crds/, operator/manifests/, collection/pystolroles/): the nearest at or above `start` that
 * has the CRDs, whether a program runs from its sources or as a bundle.
 *
 * @throws if there is none.
 */
export async function pystolRoot(start: string): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await stat(join(folder, MARK)).catch(() => undefined)) return folder;
    if (folder === dirname(folder)) {
      throw new Error(
        `No folder at or above ${start} has ${MARK}: Pystol reads its manifests from its own repository, so run it from a whole checkout.`,
      );
    }
  }
}
