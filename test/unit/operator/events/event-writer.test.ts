import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../../../kubernetes/client.ts";
import { type Event, eventOf } from "../../../../operator/events/event.ts";
import { type EventResult, EventWriter } from "../../../../operator/events/event-writer.ts";

const open: { client: Client; server: Server }[] = [];
afterEach(async () => {
  for (const { client, server } of open.splice(0)) {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
});

const event = (name: string, type: Event["type"] = "Normal") => {
  const metadata = { name: "a", namespace: "shop", uid: name };
  const said = { moment: "ended", reason: "Passed", type, note: "n" } as const;
  return eventOf({ metadata }, said, { instance: "me", nowMs: 0 });
};

/** A writer to a server that answers each Event with the next of `codes`, and the last of them from then on. */
async function writerTo(codes: readonly number[]) {
  const arrived: string[] = [];
  const results: EventResult[] = [];
  const warnings: string[] = [];
  const gate = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const uid = JSON.parse(Buffer.concat(chunks).toString()).regarding.uid;
    await gate.promise;
    const code = codes[Math.min(arrived.length, codes.length - 1)] ?? 201;
    arrived.push(uid);
    const reason = code === 409 ? "AlreadyExists" : "Other";
    response
      .writeHead(code, { "content-type": "application/json" })
      .end(JSON.stringify({ kind: code < 400 ? "Event" : "Status", reason }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const connection = { server: `http://127.0.0.1:${port}`, namespace: "default" };
  const client = createClient(connection, { userAgent: "test" });
  open.push({ client, server });
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, error: quiet, warn: (m: string) => warnings.push(m) };
  const writer = new EventWriter({ client, log, onResult: (result) => results.push(result) });
  return { writer, arrived, results, warnings, letThrough: gate.resolve };
}

describe("the writer of Events", () => {
  test("writes warnings first, and each kind in its order", async () => {
    const { writer, arrived, letThrough } = await writerTo([201]);
    for (const name of ["first", "second"]) writer.add(event(name));
    for (const name of ["bad", "worse"]) writer.add(event(name, "Warning"));
    letThrough();
    await writer.flush(5_000);
    expect(arrived).toEqual(["first", "bad", "worse", "second"]); // the first was on its way
  });

  test.each([
    { what: "written", codes: [201], result: "written", tries: 1 },
    { what: "known from before a restart", codes: [409], result: "known", tries: 1 },
    { what: "written at the second try", codes: [503, 201], result: "written", tries: 2 },
    { what: "refused for good", codes: [403], result: "failed", tries: 1 },
  ])("counts one that is $what as $result", async ({ codes, result, tries }) => {
    const { writer, arrived, results, warnings, letThrough } = await writerTo(codes);
    letThrough();
    writer.add(event("a"));
    await writer.flush(5_000);
    expect(results).toEqual([result]);
    expect(arrived).toHaveLength(tries);
    expect(warnings).toEqual(result === "failed" ? ["event not written"] : []);
  });

  test("goes on after one that was refused", async () => {
    const { writer, results, letThrough } = await writerTo([403, 201]);
    letThrough();
    writer.add(event("a"));
    writer.add(event("b"));
    await writer.flush(5_000);
    expect(results).toEqual(["failed", "written"]);
  });

  test("drops the oldest when too many wait, and warnings last", async () => {
    const { writer, results } = await writerTo([201]);
    writer.add(event("on its way"));
    for (let index = 0; index < 1000; index++) {
      writer.add(event(`${index}`, index < 10 ? "Warning" : "Normal"));
    }
    expect(results).toEqual([]);
    writer.add(event("one more"));
    expect(results).toEqual(["dropped"]);
    for (let index = 0; index < 2000; index++) writer.add(event(`late ${index}`, "Warning"));
    expect(results).toHaveLength(2001);
  });

  test("makes nobody wait for a server that does not answer", async () => {
    const { writer, results } = await writerTo([201]);
    writer.add(event("a"));
    await writer.flush(10);
    expect(results).toEqual([]);
  });
});
