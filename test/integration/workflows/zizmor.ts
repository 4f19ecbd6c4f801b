import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../cluster/cache.ts";
import { run } from "../../cluster/command.ts";
import { findProgram } from "../../cluster/find-program.ts";
import type { Progress } from "../../cluster/progress.ts";

const VERSION = "1.32.0";

/** The wheels of that version on https://pypi.org/project/zizmor/#files, for Linux: x64 and arm64, with glibc and with musl. */
const SHA256 = [
  "84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071",
  "0cdd38fca6eb34ceb567548548d706332e3535ea66894b9168c048e03207b68c",
  "dd818f99d833b86cd432d5412d620d936b5df074b33404fff8b67acff55d3259",
  "d34dcfa702875202b4163d90ebb9cc5222f3d1a7d4b72bf796d87b5a15b24194",
];

const HOW_TO_GET_PYTHON =
  "On Debian 12 or newer: sudo apt-get install --no-install-recommends python3 python3-venv";

/**
 * The path of zizmor, which finds weaknesses of workflows and actions (https://docs.zizmor.sh): from the Python package index,
 * by its hash, once. Throws what is missing (Python, its venv module, the package index).
 */
export async function ensureZizmor(where: {
  readonly cacheDir: string;
  readonly progress: Progress;
}): Promise<string> {
  const folder = await cached({
    ...where,
    name: `zizmor-${VERSION}`,
    inputs: { hashes: SHA256.join() },
    build: async (unfinished) => {
      where.progress(`Install zizmor ${VERSION}`);
      await install(unfinished);
    },
  });
  return join(folder, "venv", "bin", "zizmor");
}

async function install(folder: string): Promise<void> {
  const python = await findProgram("python3");
  if (python === undefined) throw new Error(`zizmor needs Python 3.\n  ${HOW_TO_GET_PYTHON}`);
  const environment = join(folder, "venv");
  await run(python, ["-m", "venv", environment], {
    purpose: "Make a Python environment for zizmor",
    advice: HOW_TO_GET_PYTHON,
  });
  const hashes = SHA256.map((hash) => `--hash=sha256:${hash}`).join(" ");
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, `zizmor==${VERSION} ${hashes}\n`);
  await run(
    join(environment, "bin", "python3"),
    [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
      ...["--require-hashes", "--only-binary", ":all:", "--requirement", requirements],
    ],
    { purpose: "Install zizmor", advice: "Can the Python package index be reached?" },
  );
}
