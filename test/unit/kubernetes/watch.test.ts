import { describe, expect, test } from "vitest";
import { lines } from "../../../kubernetes/watch.ts";

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}
const all = async (text: string, size: number) => {
  const found: string[] = [];
  for await (const line of lines(chunks(new TextEncoder().encode(text), size))) found.push(line);
  return found;
};

describe("the lines of a stream", () => {
  test.each([1, 2, 3, 7, 1000])(
    "are whole where it comes in chunks of %d bytes, also within a character",
    async (size) => {
      expect(await all('{"a":"é€😀"}\n\n{"b":1}\n', size)).toEqual(['{"a":"é€😀"}', '{"b":1}']);
    },
  );

  test("include a last one without its newline", async () => {
    expect(await all("one\ntwo", 4)).toEqual(["one", "two"]);
  });
});
