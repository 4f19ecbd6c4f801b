import fc from "fast-check";
import { expect, test } from "vitest";
import type { BoardModel } from "../../../board/model/board-model.ts";
import { makeModel } from "../../../board/model/make-model.ts";
import { outputsOf } from "../../../board/outputs/outputs.ts";
import type { BadgeRecord, BoardState } from "../../../board/state/board-state.ts";
import { COLLECTED_AT, recordOf, stateOf } from "../../support/board-state.ts";
import { elementsOf } from "../../support/xml-elements.ts";

const NOW = Date.parse(COLLECTED_AT);
const HOUR = 3_600_000;
const PROBLEM = { since: COLLECTED_AT, reason: "no answer from ci.example" };

function modelOf(state: BoardState, now = NOW, reports = [] as Parameters<typeof makeModel>[1]) {
  return makeModel(state, reports, now);
}

function file(model: BoardModel, name: string): string {
  const content = outputsOf(model).get(name);
  if (content === undefined) throw new Error(`there is no ${name}`);
  return content;
}

test("CCTray tells what fails, what runs, and a failure while the next run is under way", () => {
  const history = [
    { state: "failing" as const, from: "2026-11-23T06:00:00.000Z", to: "2026-11-23T07:00:00.000Z" },
    { state: "running" as const, from: COLLECTED_AT, to: COLLECTED_AT },
  ];
  const after = { ...recordOf("running"), history };
  const later = modelOf(
    stateOf({ bad: recordOf("failing"), again: after, first: recordOf("running") }),
    NOW + HOUR,
  );
  const projects = elementsOf(file(later, "cctray.xml")).filter(({ name }) => name === "Project");
  const told = projects.map(({ attributes }) =>
    [attributes.name, attributes.activity, attributes.lastBuildStatus].join(" "),
  );
  expect(told).toEqual([
    "Shop / bad Sleeping Failure",
    "Shop / again Building Failure",
    "Shop / first Building Unknown",
  ]);
  for (const { attributes } of projects) {
    expect(new Date(attributes.lastBuildTime ?? "").toISOString()).toBe(attributes.lastBuildTime);
    expect(URL.canParse(attributes.webUrl ?? "")).toBe(true);
  }
});

test("CCTray's names are unique, because readers know a project by nothing else", () => {
  const state = stateOf({ job: recordOf("passing") });
  const [group] = state.groups;
  const twice = { ...state, groups: [group, group].flatMap((each) => each ?? []) };
  const names = elementsOf(file(modelOf(twice), "cctray.xml"))
    .filter(({ name }) => name === "Project")
    .map(({ attributes }) => attributes.name);
  expect(names).toEqual(["Shop / job", "Shop / job (2)"]);
});

const flipped: BadgeRecord = {
  ...recordOf("passing"),
  history: [
    { state: "passing", from: "2026-11-20T00:00:00.001Z", to: "2026-11-20T05:00:00.000Z" },
    { state: "failing", from: "2026-11-21T06:07:08.009Z", to: "2026-11-21T07:00:00.000Z" },
    { state: "running", from: "2026-11-21T08:00:00.000Z", to: "2026-11-21T08:00:00.000Z" },
    { state: "failing", from: "2026-11-22T06:00:00.000Z", to: "2026-11-22T07:00:00.000Z" },
    { state: "passing", from: "2026-11-23T07:00:00.123Z", to: COLLECTED_AT },
  ],
};

function entries(xml: string) {
  const elements = elementsOf(xml);
  const of = (name: string) =>
    elements.filter((each) => each.name === name).map(({ text }) => text);
  return { titles: of("title").slice(1), ids: of("id").slice(1), updated: of("updated") };
}

test("the Atom feed has an entry for each change, newest first, and none for a run under way", () => {
  const { titles, updated } = entries(
    file(modelOf(stateOf({ job: flipped }), NOW + HOUR), "atom.xml"),
  );
  expect(titles).toEqual(["job: passing", "job: failing"]);
  expect(updated).toEqual([
    "2026-11-23T07:00:00.123Z",
    "2026-11-23T07:00:00.123Z",
    "2026-11-21T06:07:08.009Z",
  ]);
});

test("a lost reading is an entry, and what was read again after a gap without a change is none", () => {
  const history = (flipped.history ?? []).slice(1, 4);
  const lost = { ...recordOf("failing"), problem: PROBLEM, history };
  const { titles } = entries(file(modelOf(stateOf({ job: lost }), NOW + HOUR), "atom.xml"));
  expect(titles).toEqual(["job: no reading"]);
});

test("an entry keeps its id and time from build to build, whatever the moment", () => {
  const state = { ...stateOf({ job: flipped }), site: "https://a.example/board/" };
  const first = entries(file(modelOf(state, NOW + HOUR), "atom.xml"));
  expect(first.ids[1]).toBe("tag:a.example,2026:/board/shop/job/failing/2026-11-21T06:07:08.009Z");
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 * 24 * HOUR }), (later) => {
      const { ids, updated } = entries(file(modelOf(state, NOW + later), "atom.xml"));
      expect(ids).toEqual(first.ids);
      expect(updated).toEqual(first.updated);
    }),
  );
});

test("a change keeps the millisecond at which it was observed", () => {
  const from = Date.parse("2026-11-20T00:00:00.000Z");
  const times = fc.tuple(fc.nat(HOUR * 40), fc.nat(HOUR * 40), fc.nat(20 * 24 * HOUR));
  fc.assert(
    fc.property(times, ([one, two, later]) => {
      const at = new Date(from + 1 + one + two).toISOString();
      const history: BadgeRecord["history"] = [
        {
          state: "passing",
          from: new Date(from).toISOString(),
          to: new Date(from + one).toISOString(),
        },
        { state: "failing", from: at, to: at },
      ];
      const state = stateOf({ job: { ...recordOf("failing"), history } });
      const { updated } = entries(file(modelOf(state, from + 2 + one + two + later), "atom.xml"));
      expect(updated).toEqual([at, at]);
    }),
  );
});

test("a feed has what RFC 4287 asks for, with and without an address, for all and for each group", () => {
  for (const site of [undefined, "https://a.example/board/"]) {
    const state = { ...stateOf({ job: flipped }), ...(site === undefined ? {} : { site }) };
    const files = outputsOf(modelOf(state, NOW + HOUR));
    const ids = ["atom.xml", "groups/shop.atom.xml"].map((name) => {
      const elements = elementsOf(files.get(name) ?? "");
      const names = elements.map((element) => element.name);
      expect(elements[0]).toMatchObject({ attributes: { xmlns: "http://www.w3.org/2005/Atom" } });
      expect(names.slice(0, 6)).toEqual(["feed", "title", "id", "updated", "author", "name"]);
      expect(names.filter((each) => each === "content")).toHaveLength(2);
      const self = elements.find(({ attributes }) => attributes.rel === "self");
      expect(self?.attributes.href).toBe(site && `${site}${name}`);
      return elements[2]?.text;
    });
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^tag:[a-z.]+,2026:\//u);
  }
});
