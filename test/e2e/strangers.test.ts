import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { deployments } from "./fault-world.ts";
import { type StrangersWorld, strangersWorld } from "./strangers-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";

describe.skipIf(started.skipReason).concurrent(`a stranger's role on a real cluster${why}`, () => {
  let world: StrangersWorld;
  beforeAll(async () => {
    world = await strangersWorld(started.kubeconfig, "e2e-strangers");
  }, 600_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  const patchOf = (name: string) => ({
    target: { names: [name] },
    extraVars: { patch: { spec: { replicas: 0 } } },
  });
  const keeper = (tokenSha256: string) => ({
    role: "acme-keeper",
    extraVars: { tokenSha256 },
    extraVarsFrom: [{ secretRef: { name: "tokens" } }],
  });

  test.each([
    { what: "uses a Secret's value", name: "keeper", verdict: "Passed" },
    { what: "fails with a Secret's value", name: "teller", verdict: "Failed" },
  ])("$what, which nothing shows", async ({ name, verdict }) => {
    const { value, sha256 } = world.token;
    const expected = verdict === "Passed" ? sha256 : "0".repeat(64);
    const action = await world.submit(name, keeper(expected));
    expect(await world.finished(action)).toMatchObject({ verdict });
    const shown = await world.shown(action);
    // What the role printed is there, and the value is not.
    expect(shown.get("the runner's log")).toMatch(/The token is /);
    for (const hidden of [value, Buffer.from(value).toString("base64")]) {
      const places = [...shown].filter(([, text]) => text.includes(hidden));
      expect(places.map(([place]) => place)).toEqual([]);
    }
  });

  test("runs out of memory after it has injected, and is undone", async () => {
    const before = await world.makeDeployment("eaten", 1);
    const action = await world.submit("eaten", { role: "acme-hungry", ...patchOf("eaten") });
    const status = await world.finished(action);
    expect(["Error", "Failed"]).toContain(status.verdict);
    expect(status.message).toMatch(/memory|SIGKILL|OOM|rc.*-9|non-zero/i);
    await world.restored({ before });
    await world.clear(action);
  });

  test("whose source comes from a server that nobody vouches for is not run", async () => {
    const before = await world.makeDeployment("untouched", 1);
    const spec = { role: "acme-untrusted", startDeadline: "90s", ...patchOf("untouched") };
    const action = await world.submit("untouched", spec);
    const status = await world.finished(action);
    expect(status).toMatchObject({ verdict: "Error", verified: false });
    expect(status.message).toMatch(
      /source could not be fetched.*certificate.*Nothing was injected/,
    );
    const ended = status.conditions?.find(({ type }) => type === "Complete");
    expect(JSON.stringify(status.conditions), JSON.stringify(ended)).toMatch(/SourceFailed/);
    const after = await world.client.get(deployments, before.metadata);
    expect(after.metadata.generation).toBe(before.metadata.generation);
  });
});
