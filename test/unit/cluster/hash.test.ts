import { describe, expect, it } from "vitest";
import { hashOf } from "../../cluster/hash.ts";

describe("hashOf", () => {
  it("is the same for the same parts in another order", () => {
    expect(hashOf({ a: "1", b: "2" })).toBe(hashOf({ b: "2", a: "1" }));
  });

  it("takes text and its bytes for the same", () => {
    expect(hashOf({ a: "ä" })).toBe(hashOf({ a: Buffer.from("ä") }));
  });

  it.each([
    ["a content changes", { a: "bc" }, { a: "bd" }],
    ["a name changes", { a: "bc" }, { b: "bc" }],
    ["a letter moves from a content to its name", { a: "bc" }, { ab: "c" }],
    ["one part becomes two", { a: "1b1" }, { a: "1", b: "1" }],
    ["an empty part is added", { a: "1" }, { a: "1", b: "" }],
  ])("changes when %s", (_what, before: Record<string, string>, after: Record<string, string>) => {
    expect(hashOf(after)).not.toBe(hashOf(before));
  });

  it("is fit for the name of a file and of an image's tag", () => {
    expect(hashOf({ a: "1" })).toMatch(/^[0-9a-f]{16}$/);
  });
});
