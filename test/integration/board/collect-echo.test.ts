import { expect, test } from "vitest";
import { twoPart } from "../../support/board-badges.ts";
import { collect, configOf, only } from "../../support/board-collect.ts";
import { type Respond, startBoardServer } from "../../support/board-server.ts";

test("a token in an address's query is not read back from a badge that repeats it", async () => {
  const echo: Respond = (request, response) =>
    void response.end(twoPart("you sent", request.url ?? "nothing"));
  await using server = await startBoardServer({ "/a.svg": echo });
  const problemOf = async (query: string) =>
    only(await collect(configOf([`${server.origin}/a.svg?${query}`]))).problem?.reason;
  expect(await problemOf("circle-token=0123456789abcdef")).toBe("its answer repeats a token");
  expect(await problemOf("branch=release-candidate")).toBeUndefined();
});
