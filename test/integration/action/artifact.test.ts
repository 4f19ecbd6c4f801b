import { mkdir, mkdtempDisposable, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { artifactName, uploadArtifact } from "../../../action/artifact.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The runner's results service and its blob store, as far as an upload needs them. */
async function fakeResultsService(options: { conflict?: boolean; silent?: boolean } = {}) {
  const seen: string[] = [];
  const blocks: Buffer[] = [];
  const created: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    seen.push(`${request.method} ${url.pathname.split("/").at(-1)}`);
    if (options.silent) return;
    const json = (code: number, value: unknown) => {
      response.writeHead(code, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (url.pathname.endsWith("/CreateArtifact")) {
      if (options.conflict) return json(409, { msg: "an artifact with this name already exists" });
      created.push(JSON.parse(body.toString()));
      return json(200, { ok: true, signed_upload_url: `${url.origin}/account/box/blob?sig=abc` });
    }
    if (url.pathname.endsWith("/FinalizeArtifact"))
      return json(200, { ok: true, artifact_id: "42" });
    if (url.searchParams.get("comp") === "block") blocks.push(body);
    response.writeHead(201, { etag: '"1"', "last-modified": new Date().toUTCString() });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const environment = {
    ACTIONS_RUNTIME_TOKEN: `${part({ alg: "none" })}.${part({ scp: "Actions.Results:run-1:job-1" })}.x`,
    ACTIONS_RESULTS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_RUN_ID: "99",
    GITHUB_RETENTION_DAYS: "90",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return {
    seen,
    blocks,
    created,
    environment,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function folder() {
  const made = await mkdtempDisposable(join(tmpdir(), "pystol-artifact-"));
  await mkdir(join(made.path, "pods"));
  await writeFile(join(made.path, "index.txt"), "what looks wrong");
  await writeFile(join(made.path, "pods/web.log"), "line\n".repeat(5000));
  return made;
}

describe("the artifact of a run", () => {
  test("holds every file of the folder, and has an id and an address", async () => {
    await using service = await fakeResultsService();
    await using directory = await folder();
    const warnings: string[] = [];
    const uploaded = await uploadArtifact({
      name: "pystol-job-1-abc",
      directory: directory.path,
      retentionDays: 3,
      environment: service.environment,
      warn: (text) => warnings.push(text),
    });
    expect(warnings).toEqual([]);
    expect(uploaded).toEqual({
      id: 42,
      url: "https://github.com/o/r/actions/runs/99/artifacts/42",
    });
    expect(service.created[0]).toMatchObject({ name: "pystol-job-1-abc" });
    const zip = Buffer.concat(service.blocks).toString("latin1");
    expect(zip).toContain("index.txt");
    expect(zip).toContain("pods/web.log");
    expect(service.seen.at(-1)).toBe("POST FinalizeArtifact");
  });

  test.each([
    ["a name that is taken", { conflict: true }, {}, /already exists|409/],
    [
      "a runner without the service",
      {},
      { ACTIONS_RUNTIME_TOKEN: undefined },
      /the runner gave no ACTIONS_RUNTIME_TOKEN/,
    ],
  ])("is a warning with the folder's path: %s", async (_name, how, environment, why) => {
    await using service = await fakeResultsService(how);
    await using directory = await folder();
    const warnings: string[] = [];
    const uploaded = await uploadArtifact({
      name: "a",
      directory: directory.path,
      environment: { ...service.environment, ...environment },
      warn: (text) => warnings.push(text),
    });
    expect(uploaded).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(why);
    expect(warnings[0]).toContain(`is in ${directory.path}`);
  });

  test("is a warning on GitHub Enterprise Server, which has no such service", async () => {
    await using service = await fakeResultsService();
    await using directory = await folder();
    vi.stubEnv("GITHUB_SERVER_URL", "https://github.example");
    const warnings: string[] = [];
    const { environment } = service;
    const options = { name: "a", directory: directory.path, environment };
    await uploadArtifact({ ...options, warn: (text) => warnings.push(text) });
    expect(warnings[0]).toMatch(/GHES/);
    expect(service.seen).toEqual([]);
  });

  test("is given up with the signal, where the service says nothing", async () => {
    await using service = await fakeResultsService({ silent: true });
    await using directory = await folder();
    const warnings: string[] = [];
    const uploaded = await uploadArtifact({
      name: "a",
      directory: directory.path,
      environment: service.environment,
      warn: (text) => warnings.push(text),
      signal: AbortSignal.timeout(1500),
    });
    expect(uploaded).toBeUndefined();
    expect(warnings[0]).toContain("aborted due to timeout");
    expect(service.seen.length).toBeGreaterThan(0);
  });
});

describe("the artifact's name", () => {
  const environment = { GITHUB_JOB: "e2e", GITHUB_RUN_ATTEMPT: "2" };

  test("is another for each job, attempt, leg of a matrix and step", () => {
    const names = [
      artifactName("pystol", environment, "a"),
      artifactName("pystol", environment, "b"),
      artifactName("pystol", { ...environment, GITHUB_RUN_ATTEMPT: "3" }, "a"),
      artifactName("pystol", { ...environment, GITHUB_JOB: "other" }, "a"),
    ];
    expect(names[0]).toMatch(/^pystol-e2e-2-[0-9a-f]{8}$/);
    names.push(artifactName("pystol", { ...environment, RUNNER_TRACKING_ID: "github_2" }, "a"));
    names.push(artifactName("pystol", { ...environment, GITHUB_ACTION: "__self_2" }, "a"));
    expect(new Set(names).size).toBe(6);
    expect(artifactName("pystol", environment, "a")).toBe(names[0]);
  });

  test("has nothing that a system refuses", () => {
    const name = artifactName('a:"<>|*?\r\n\\/b', { GITHUB_JOB: "x y:z" }, "\n");
    expect(name).toMatch(/^a-b-x-y-z-1-[0-9a-f]{8}$/);
  });
});
