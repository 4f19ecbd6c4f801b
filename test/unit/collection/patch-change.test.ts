import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeBetween, placesOf } from "../../../collection/modules/patch/change.ts";
import { placesNotInForce } from "../../../collection/modules/patch/in-force.ts";
import { operationsBetween } from "../../../collection/modules/patch/operations.ts";
import { requestFrom } from "../../../collection/modules/patch/request.ts";
import { restorationOf } from "../../../collection/modules/patch/restoration.ts";

/** JSON with objects, lists of anything, and lists whose elements have names. */
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, 0, 1, "a", "b"),
    fc.dictionary(fc.constantFrom("x", "y", "z", "__proto__"), tie("json"), {
      noNullPrototype: true,
    }),
    fc.array(tie("json"), { maxLength: 3 }),
    fc
      .uniqueArray(fc.constantFrom("a", "b", "c", "d"))
      .chain((names) =>
        fc.tuple(...names.map((name) => tie("json").map((value) => ({ name, value })))),
      ),
  ),
}));
const object = fc.dictionary(fc.constantFrom("p", "q"), json, { noNullPrototype: true });

const changed = (was: unknown, is: unknown) => {
  const change = changeBetween(was, is);
  if (!change) throw new Error("nothing changed");
  // A record is stored as JSON.
  return JSON.parse(JSON.stringify(change));
};

describe("a change", () => {
  test("of anything to anything is undone exactly, and a second time nothing is left to do", () => {
    fc.assert(
      fc.property(object, object, (was, is) => {
        const change = changeBetween(was, is);
        if (!change) return;
        const { value, conflicts } = restorationOf(is, JSON.parse(JSON.stringify(change)));
        expect(value).toEqual(was);
        expect(conflicts).toEqual([]);
        expect(restorationOf(was, change)).toEqual({ value: was, restored: [], conflicts: [] });
      }),
      { numRuns: 500 },
    );
  });

  test("is in force where it was made, and not where it was undone", () => {
    fc.assert(
      fc.property(object, object, (was, is) => {
        const change = changeBetween(was, is);
        if (!change) return;
        expect(placesNotInForce(is, change)).toEqual([]);
        expect(placesNotInForce(was, change)).not.toEqual([]);
      }),
    );
  });

  test("names each place where something differs", () => {
    const pod = (image: string) => ({ containers: [{ name: "web", image }, { name: "log" }] });
    const change = changed({ spec: pod("a"), keep: 1 }, { spec: pod("b"), keep: 1, new: [1] });
    expect(placesOf(change)).toEqual(["spec.containers[web].image", "new"]);
    expect(JSON.stringify(change)).not.toContain("keep");
  });
});

const a = { name: "a", image: "1" };
const b = { name: "b", image: "1" };
const other = { name: "other" };

describe("what somebody else did meanwhile stays", () => {
  test.for<[string, { was: unknown; is: unknown; now: unknown; left: unknown }]>([
    [
      "a field beside ours",
      { was: { x: 1 }, is: { x: 2 }, now: { x: 2, y: 3 }, left: { x: 1, y: 3 } },
    ],
    [
      "an annotation where there was none before ours",
      {
        was: {},
        is: { notes: { ours: "1" } },
        now: { notes: { ours: "1", theirs: "2" } },
        left: { notes: { theirs: "2" } },
      },
    ],
    [
      "an element before the one that we changed",
      {
        was: [a],
        is: [{ ...a, image: "2" }],
        now: [other, { ...a, image: "2" }],
        left: [other, a],
      },
    ],
    [
      "an element beside the one that we added",
      { was: [a], is: [a, b], now: [a, other, b], left: [a, other] },
    ],
    [
      "an element beside the one that we removed",
      { was: [a, b], is: [b], now: [other, b], left: [a, other, b] },
    ],
    [
      "an element of a list that we began",
      { was: {}, is: { l: [a] }, now: { l: [a, other] }, left: { l: [other] } },
    ],
    [
      "that they undid it themselves",
      { was: { x: 1 }, is: { x: 2 }, now: { x: 1 }, left: { x: 1 } },
    ],
    ["that they removed what we had brought", { was: {}, is: { o: { x: 1 } }, now: {}, left: {} }],
  ])("%s", ([_, { was, is, now, left }]) => {
    expect(restorationOf(now, changed(was, is))).toMatchObject({ value: left, conflicts: [] });
  });

  test.for<[string, { was: unknown; is: unknown; now: unknown; left: unknown; places: string[] }]>([
    [
      "another value in our place",
      {
        was: { x: 1, y: 1 },
        is: { x: 2, y: 2 },
        now: { x: 3, y: 2 },
        left: { x: 3, y: 1 },
        places: ["x"],
      },
    ],
    ["our field is gone", { was: { x: 1 }, is: { x: 2 }, now: {}, left: {}, places: ["x"] }],
    [
      "the object of our field is gone",
      { was: { o: { x: 1 } }, is: { o: {} }, now: {}, left: {}, places: ["o"] },
    ],
    [
      "our element is gone",
      { was: [a], is: [{ ...a, image: "2" }], now: [], left: [], places: ["[a]"] },
    ],
    [
      "our element was changed",
      {
        was: [],
        is: [a],
        now: [{ ...a, image: "3" }],
        left: [{ ...a, image: "3" }],
        places: ["[a]"],
      },
    ],
    [
      "our element is there twice",
      { was: [a], is: [{ ...a, image: "2" }], now: [a, a], left: [a, a], places: ["[a]"] },
    ],
    [
      "a list without names was added to",
      { was: [1], is: [1, 2], now: [1, 2, 3], left: [1, 2, 3], places: [""] },
    ],
    [
      "another sort of value stands there",
      {
        was: { o: { x: 1 } },
        is: { o: { x: 2 } },
        now: { o: "text" },
        left: { o: "text" },
        places: ["o"],
      },
    ],
  ])("and is a conflict where %s", ([_, { was, is, now, left, places }]) => {
    const { value, conflicts } = restorationOf(now, changed(was, is));
    expect({ value, conflicts }).toEqual({ value: left, conflicts: places });
  });
});

describe("the JSON patch between two objects", () => {
  test("escapes names, and touches only what differs", () => {
    const current = { labels: { "a/b": "1", "c~d": "2" }, list: [1], same: { x: 1 } };
    const wanted = { labels: { "a/b": "3" }, list: [1, 2], same: { x: 1 }, more: null };
    expect(operationsBetween(current, wanted)).toEqual([
      { op: "replace", path: "/labels/a~1b", value: "3" },
      { op: "remove", path: "/labels/c~0d" },
      { op: "replace", path: "/list", value: [1, 2] },
      { op: "add", path: "/more", value: null },
    ]);
  });
});

describe("a patch is refused that could have its object deleted, for nothing undoes that", () => {
  const target = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "u" };

  test.for([
    { type: "merge", patch: { metadata: { ownerReferences: [] } } },
    { type: "json", patch: [{ op: "add", path: "/metadata/ownerReferences/-", value: {} }] },
  ])("%j", (patched) => {
    expect(() => requestFrom({ targets: [target], ...patched })).toThrow(/ownerReferences/);
  });
});
