import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, inject, test } from "vitest";
import type { Results } from "../../crds/types/results.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";
const file = (name: string) => readFile(join(started.out, name), "utf8");
const results = async (): Promise<Results> => JSON.parse(await file("results.json"));
const action = async (name: string) => {
  const found = (await results()).actions.find((one) => one.name === name);
  if (!found) throw new Error(`results.json has no action ${name}`);
  return found;
};

/** Runs `npm start` with these arguments and returns how it ended and what it said. */
async function start(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn("npm", ["start", "--silent", "--", ...args], { cwd: started.root });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}

describe.skipIf(started.skipReason)(`npm start${why}`, () => {
  test("exits with 0 and shows a table of what came of each action", () => {
    expect(started.output).toMatch(/shop\/kill-web\W+killpods\W+Passed/);
    expect(started.output).toMatch(/shop\/kill-nothing\W+killpods\W+NoTargets/);
    expect(started.exitCode).toBe(0);
  });

  test("leaves results that fit their schema, and say that all was as expected", async () => {
    const schema = JSON.parse(
      await readFile(join(started.root, "crds/results.schema.json"), "utf8"),
    );
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(await results()), JSON.stringify(validate.errors)).toBe(true);
    expect(await results()).toMatchObject({ schemaVersion: 1, outcome: "passed" });
  });

  test("pings the demo service, with the figures as evidence", async () => {
    expect(await action("ping-web")).toMatchObject({
      verdict: "Passed",
      verified: true,
      expected: true,
    });
    for (const target of (await action("ping-web")).targets) {
      expect(target).toMatchObject({
        outcome: "reachable",
        evidence: { sent: 10, received: 10, lossPercent: 0 },
      });
    }
  });

  test("kills two pods, with their UIDs and those of their replacements as evidence", async () => {
    const { targets, ...killed } = await action("kill-web");
    expect(killed).toMatchObject({ verdict: "Passed", verified: true, expected: true });
    expect(targets).toHaveLength(2);
    const uids = targets.flatMap(({ uid, evidence }) => {
      expect(evidence).toMatchObject({
        killedUID: uid,
        replacedBy: { uid: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      });
      return [uid, (evidence as { replacedBy: { uid: string } }).replacedBy.uid];
    });
    expect(new Set(uids).size).toBe(4);
    expect(Date.parse(killed.injectedTime ?? "")).toBeLessThanOrEqual(
      Date.parse(killed.recoveredTime ?? ""),
    );
  });

  test("calls a selector that matches nothing as expected, and no pass", async () => {
    expect(await action("kill-nothing")).toMatchObject({
      verdict: "NoTargets",
      expected: true,
      verified: false,
      targets: [],
    });
  });

  test("refuses a port that is taken before it makes anything, and says which option to use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // listening on TCP, so it is one
    const { code, output } = await start("--port", String(port));
    server.close();
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`127.0.0.1:${port} .*--port`));
  });

  test("leaves a given cluster alone that has what it would make", async () => {
    const { code, output } = await start("--no-serve", "--kubeconfig", started.kubeconfig);
    expect(code).toBe(1);
    expect(output).toMatch(/already has the namespace shop/);
    expect(await results()).toMatchObject({ outcome: "passed" });
  });

  test("leaves JUnit, a summary and a board that shows the run", async () => {
    expect(await file("junit.xml")).toMatch(/<testcase[^>]*kill-web/);
    expect(await file("summary.md")).toMatch(/kill-web/);
    expect(await file("site/index.html")).toMatch(/kill-web/);
    await access(join(started.out, "site/board.js"));
  });
});
