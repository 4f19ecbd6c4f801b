import { describe, expect, it } from "vitest";
import { superseded } from "../../cluster/images.ts";

describe("images that are superseded", () => {
  const listing = (...tags: string[]) =>
    `${tags.map((tag) => `localhost/ours:${tag}`).join("\n")}\n`;

  const built = "localhost/ours:built";

  it("are all but the one just built and the newest two besides", () => {
    const listed = listing("built", "d", "c", "b", "a");
    expect(superseded(listed, built)).toEqual(["localhost/ours:b", "localhost/ours:a"]);
  });

  it("are never the one just built, though its cached layers make it the oldest", () => {
    const listed = listing("d", "c", "b", "a", "built");
    expect(superseded(listed, built)).toEqual(["localhost/ours:b", "localhost/ours:a"]);
  });

  it("are none as long as there are three", () => {
    expect(superseded(listing("c", "b", "built"), built)).toEqual([]);
  });

  it("are never another repository's, whatever the engine lists", () => {
    const listed = `${listing("built", "b", "a")}localhost/ours-too:1\ndocker.io/library/debian:12\n`;
    expect(superseded(listed, built)).toEqual([]);
  });
});
