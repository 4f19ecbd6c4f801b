import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createClient } from "../../../kubernetes/client.ts";
import { AnswerTooLarge } from "../../../kubernetes/errors.ts";
import { pages } from "../../../kubernetes/pages.ts";
import { pystolActions } from "../../../kubernetes/resources.ts";

/** The names that `pages` finds on a server with objects of these sizes, and the limits that it asked for. */
async function listed(sizes: readonly number[]) {
  const limits: number[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    const limit = Number(searchParams.get("limit"));
    limits.push(limit);
    const from = Number(searchParams.get("continue") ?? 0);
    const items = sizes.slice(from, from + limit).map((size, index) => ({
      metadata: { name: `a${from + index}` },
      spec: { extraVars: { text: "x".repeat(size) } },
    }));
    const rest = from + limit < sizes.length ? String(from + limit) : "";
    const metadata = { resourceVersion: "7", continue: rest };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ metadata, items }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = createClient(
    { server: `http://127.0.0.1:${port}`, namespace: "default" },
    { userAgent: "test" },
  );
  try {
    const names: string[] = [];
    for await (const { items } of pages(client, pystolActions)) {
      names.push(...items.map(({ metadata }) => metadata.name));
    }
    return { names, limits };
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
const LARGEST = 1_500_000;

test("a list of small objects takes one request for each 500", async () => {
  const found = await listed(Array.from({ length: 1200 }, () => 10));
  expect(found).toEqual({ names: names(1200), limits: [500, 500, 500] });
});

test("a list of the largest objects is whole, and no page of it is read that does not fit", async () => {
  const found = await listed(Array.from({ length: 12 }, () => LARGEST));
  expect(found.names).toEqual(names(12));
});

test("neither do large objects behind many small ones hide from that", async () => {
  const sizes = Array.from({ length: 548 }, (_, index) => (index < 540 ? 10 : LARGEST));
  const found = await listed(sizes);
  expect(found.names).toEqual(names(548));
  expect(found.limits[0]).toBe(500);
});

test("an object that is larger than any can be is an error, and not asked for again and again", async () => {
  await expect(listed([9_000_000])).rejects.toBeInstanceOf(AnswerTooLarge);
});
