import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileNames } from "../../../../client/diagnose/file-names.ts";

describe("the names of files", () => {
  test("stay as they are where every system takes them", () => {
    expect(new FileNames().take(["namespaces", "shop", "pods", "web-1", "app.log"])).toBe(
      "namespaces/shop/pods/web-1/app.log",
    );
  });

  test.each([
    ["a:b.log", /^a_b-[0-9a-f]{6}\.log$/],
    ["..", /^_-[0-9a-f]{6}$/],
    ["", /^_-[0-9a-f]{6}$/],
    ["CON", /^_CON-[0-9a-f]{6}$/],
    ["nul.log", /^_nul-[0-9a-f]{6}\.log$/],
    ["a\r\nb", /^a_b-[0-9a-f]{6}$/],
    ["end.", /^end_-[0-9a-f]{6}$/],
  ])("of %j are changed", (name, expected) => {
    expect(new FileNames().take([name])).toMatch(expected);
  });

  test("are never the same twice, in capitals or not, and never leave the folder", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", ".", "A", "a", "a:b", "a*b", "x".repeat(300)),
    );
    fc.assert(
      fc.property(fc.array(fc.array(part, { minLength: 1, maxLength: 3 })), (paths) => {
        const names = new FileNames();
        const taken = paths.map((parts) => names.take(parts));
        expect(new Set(taken.map((path) => path.toLowerCase())).size).toBe(taken.length);
        for (const path of taken) {
          expect(path).toMatch(/^[A-Za-z0-9._@=+/-]+$/);
          for (const each of path.split("/")) {
            expect(each).toMatch(/^[^.].*[^.]$|^[^.]$/);
            expect(each.length).toBeLessThanOrEqual(110);
          }
        }
      }),
    );
  });
});
