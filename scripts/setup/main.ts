import { access } from "node:fs/promises";
import { ensureAnsible } from "../../test/cluster/ansible.ts";
import { cacheDirOf } from "../../test/cluster/cache.ts";
import { findProgram } from "../../test/cluster/find-program.ts";
import { ensureGo } from "../../test/cluster/go-program.ts";
import { kubernetesPrograms } from "../../test/cluster/kubernetes.ts";
import { installPackages } from "../../test/cluster/packages.ts";
import { ensureTools } from "../../test/cluster/tools.ts";

// Gets ready what the tests need, so that no test waits for it: Ansible and a control plane, and unless --quick is given a
// container engine, its images and Chromium. As root on Debian it installs packages, and says so; what cannot be had is told
// here, and the tests that need it say so again when they are skipped or fail.
const isQuick = process.argv.includes("--quick");
const mayInstall = process.getuid?.() === 0;
const started = performance.now();
const progress = (text: string) => {
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`${`${seconds} s`.padStart(6)}  ${text}\n`);
};
const cacheDir = cacheDirOf(process.env);
const where = { cacheDir, progress, mayInstall };

await attempt("Ansible", async () => {
  const hasPython = await exists("/usr/bin/python3");
  if (!hasPython) {
    const packages = ["python3", "python3-venv"];
    await installPackages({ packages, need: "There is no Python.", mayInstall, progress });
  }
  await ensureAnsible(where);
});
await attempt("packet filters and rules of alerts", async () => {
  const wanted = { nft: "nftables", ip: "iproute2", promtool: "prometheus", git: "git" };
  const packages = [];
  for (const [program, name] of Object.entries(wanted)) {
    if (!(await findProgram(program))) packages.push(name);
  }
  const need = `There is no ${packages.join(", ")}.`;
  if (packages.length > 0) await installPackages({ packages, need, mayInstall, progress });
});
await attempt("a control plane", async () => {
  await ensureGo(where);
  await kubernetesPrograms(where);
});
if (!isQuick) {
  await attempt("a kind cluster", () => ensureTools(where));
  await attempt("Chromium", async () => {
    if (await findProgram("chromium")) return;
    const packages = ["chromium", "fonts-dejavu-core"];
    await installPackages({ packages, need: "There is no Chromium.", mayInstall, progress });
  });
}

async function attempt(what: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    progress(`Tests that need ${what} cannot run: ${(error as Error).message}`);
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
