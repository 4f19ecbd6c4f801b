import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cacheDirOf } from "../../cluster/cache.ts";
import { findProgram } from "../../cluster/find-program.ts";
import { goTool } from "../../cluster/go-tool.ts";
import { actionFiles, ROOT, testWorkflowFiles, workflowFiles } from "./definitions.ts";
import { ensureZizmor } from "./zizmor.ts";

const where = {
  cacheDir: cacheDirOf(process.env),
  progress: (text: string) => console.log(`lint: ${text}`),
};
const go = await findProgram("go", ["/usr/local/go/bin"]);

function lint(program: string, args: readonly string[], cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    ...{ cwd, encoding: "utf8" },
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  });
  return { status, output: `${stdout}${stderr}` };
}

/** The workflow of a beginner, in a folder of its own. */
async function careless() {
  const folder = await mkdtemp(join(tmpdir(), "pystol-lint-"));
  const file = join(folder, "careless.yml");
  await writeFile(
    file,
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latset\n    steps:\n      - uses: actions/checkout@v5\n",
  );
  return { file, folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe.skipIf(!go)(`actionlint${go ? "" : " (skipped: no Go to get it with)"}`, () => {
  const name = "github.com/rhysd/actionlint/cmd/actionlint";
  const actionlint = () => goTool(name, "v1.7.12", "actionlint", where);
  const options = ["-shellcheck=", "-pyflakes="];

  test("has nothing to say of any workflow", async () => {
    const files = await workflowFiles();
    expect(files).toContain(".github/workflows/e2e.yml");
    expect(lint(await actionlint(), [...options, ...files])).toEqual({ status: 0, output: "" });
  });

  test("has nothing to say of what tests run, but an input that is wrong on purpose", async () => {
    const wrong = `input "action" is not defined in action "Pystol"`;
    const { output } = lint(await actionlint(), [
      ...[...options, "-oneline"],
      ...(await testWorkflowFiles()),
    ]);
    const lines = output.split("\n").filter((line) => line !== "");
    expect(lines).toEqual(
      lines.filter((line) => line.includes("bad-inputs.yml") && line.includes(wrong)),
    );
  });

  test("would say it", async () => {
    await using workflow = await careless();
    const found = lint(await actionlint(), [...options, workflow.file], workflow.folder);
    expect(found).toMatchObject({ status: 1, output: expect.stringContaining("ubuntu-latset") });
  });
});

describe("zizmor", () => {
  const options = ["--offline", "--no-progress", "--persona", "pedantic", "--config"];
  const config = join(import.meta.dirname, "zizmor.yml");
  const configOfTests = join(import.meta.dirname, "zizmor-tests.yml");

  async function findings(files: readonly string[], settings: string) {
    const strict = ["--strict-collection", "--quiet"];
    const zizmor = await ensureZizmor(where);
    const { status, output } = lint(zizmor, [...options, settings, ...strict, ...files]);
    return { status, output: output.replace(/^No findings to report.*$/m, "").trim() };
  }

  test("has nothing to say of any workflow and action, however pedantic", async () => {
    const files = [...(await workflowFiles()), ...(await actionFiles())];
    expect(files).toEqual(expect.arrayContaining(["action.yml", ".github/workflows/ci.yml"]));
    expect(await findings(files, config)).toEqual({ status: 0, output: "" });
  });

  test("has nothing to say of what tests run", async () => {
    expect(await findings(await testWorkflowFiles(), configOfTests)).toEqual({
      status: 0,
      output: "",
    });
  });

  test("would say it", async () => {
    await using workflow = await careless();
    for (const settings of [config, configOfTests]) {
      const { status, output } = await findings([workflow.file], settings);
      expect(output).toContain("unpinned-uses");
      expect(output).toContain("excessive-permissions");
      expect(status).not.toBe(0);
    }
  });
});
