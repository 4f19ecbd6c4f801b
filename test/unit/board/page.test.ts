import { describe, expect, test } from "vitest";
import { loadTexts } from "../../../board/languages/load-texts.ts";
import { makeModel } from "../../../board/model/make-model.ts";
import type { BoardView } from "../../../board/page/board-view.ts";
import { boardView, groupPage } from "../../../board/page/board-view.ts";
import { pageContext } from "../../../board/page/page-context.ts";
import type { TileView } from "../../../board/page/tile-view.ts";
import type { BadgeRecord, BoardState, StoredReading } from "../../../board/state/board-state.ts";
import { largeBoard } from "../../support/board-sample.ts";
import { COLLECTED_AT, recordOf, stateOf } from "../../support/board-state.ts";

const NOW = Date.parse(COLLECTED_AT) + 60_000;
const DAY = 24 * 3_600_000;
const PROBLEM = { since: COLLECTED_AT, reason: "it refused the connection" };

const english = await loadTexts("en");

function viewOf(state: BoardState, now = NOW): BoardView {
  return boardView(makeModel(state, [], now), pageContext(english, state.timeZone));
}

/** The first tile of the first page, and of its group's page. */
function tilesOf(state: BoardState): { short: TileView | undefined; full: TileView | undefined } {
  const model = makeModel(state, [], NOW);
  const context = pageContext(english, state.timeZone);
  const [group] = model.groups;
  return {
    short: boardView(model, context).groups[0]?.tiles[0],
    full: group && groupPage(group, model, context).group.tiles[0],
  };
}

describe("the board", () => {
  test("shows the worst first, in groups and in the head", () => {
    const view = viewOf(
      stateOf({
        a: recordOf("passing"),
        b: recordOf("info"),
        c: recordOf("failing"),
        d: recordOf("running"),
      }),
    );
    expect(view.groups[0]?.tiles.map(({ label }) => label)).toEqual(["c", "d", "a", "b"]);
    expect(view.groups[0]?.look).toBe("failing");
    expect(view.headline).toBe("1 failing");
    expect(view.counts.map(({ count, word }) => `${count} ${word}`)).toEqual([
      "1 failing",
      "1 running",
      "1 passing",
      "1 info",
    ]);
  });

  test("says all passing only if nothing else is there", () => {
    const headline = (...states: Parameters<typeof recordOf>[0][]) =>
      viewOf(stateOf(Object.fromEntries(states.map((state) => [state, recordOf(state)])))).headline;
    expect(headline("passing", "info")).toBe("all passing");
    expect(headline("passing", "skipped")).toBe("1 skipped");
    expect(headline("passing", "unknown")).toBe("1 unknown");
    expect(headline("info")).toBe("1 info");
    expect(viewOf({ ...stateOf({}), groups: [] }).headline).toBe("nothing to show");
  });

  test("says neither all passing nor green once the data is old, as a whole or in one tile", () => {
    const state = stateOf({ a: recordOf("passing"), b: recordOf("passing") });
    expect(viewOf(state, Date.parse(COLLECTED_AT) + DAY).isStale).toBe(false);
    expect(viewOf(state, Date.parse(COLLECTED_AT) + DAY + 1)).toMatchObject({
      isStale: true,
      headline: "stale",
      look: "unread",
    });
    const record = recordOf("passing");
    const readAt = "2026-11-20T08:00:00.000Z";
    const old = withReading(record, { readAt });
    expect(viewOf(stateOf({ a: old, b: recordOf("passing") }))).toMatchObject({
      isStale: false,
      headline: "1 stale",
      look: "unread",
    });
  });

  test("shows all tiles up to 499, and from 500 on the worst of each group", () => {
    const small = viewOf(largeBoard(499, 100));
    expect(small.groups.flatMap(({ tiles }) => tiles)).toHaveLength(499);
    const large = viewOf(largeBoard(500, 100));
    for (const { tiles, more } of large.groups) {
      expect(tiles.length).toBeLessThanOrEqual(3);
      expect(tiles.map(({ look }) => look)).not.toContain("passing");
      expect(more).toBe(`${100 - tiles.length} more tiles`);
    }
  });

  test("closes groups in which all is well where there is little room, and no others", () => {
    const open = (count: number) =>
      viewOf(largeBoard(count, 3)).groups.filter(
        ({ isOpen, look }) => isOpen && look === "passing",
      );
    expect(open(30).length).toBeGreaterThan(0);
    expect(open(90)).toEqual([]);
    expect(viewOf(largeBoard(90, 3)).groups.some(({ isOpen }) => isOpen)).toBe(true);
  });
});

describe("a tile", () => {
  test("is never green if its badge gave no answer", () => {
    const { short } = tilesOf(stateOf({ a: { ...recordOf("passing"), problem: PROBLEM } }));
    expect(short).toMatchObject({
      look: "unread",
      word: "no reading",
      message: "it refused the connection",
      readAt: { iso: "2026-11-23T08:00:00Z", text: "23 Nov 2026, 08:00 UTC" },
    });
    expect(short?.details).toContainEqual({ term: "Last state", text: "passing" });
  });

  test("of a badge that was never collected has no reading", () => {
    expect(tilesOf(stateOf({ a: undefined })).short).toMatchObject({
      look: "unread",
      message: "not collected yet",
    });
  });

  test("gives the rule as the reason, and never the address, which may hold a token", () => {
    const { short, full } = tilesOf(stateOf({ a: recordOf("failing") }));
    const rule = { term: "Rule", text: 'text: the word "failing"' };
    expect(short?.details).toContainEqual(rule);
    expect(full?.details).toContainEqual(rule);
    expect(JSON.stringify([short, full])).not.toContain("s3cret");
  });

  test("bears marks of a conflict and of a reading that is not sure", () => {
    const conflict = "the words say failing, the colour is green";
    const read = withReading(recordOf("failing"), { confidence: 0.4, conflict });
    const { short } = tilesOf(stateOf({ a: read }));
    expect(short?.flags.map(({ flag }) => flag)).toEqual(["conflict", "unsure"]);
    expect(short?.classes).toBe("conflict unsure");
    expect(short?.details).toContainEqual({ term: "Conflict", text: conflict });
    expect(short?.details).toContainEqual({ term: "Confidence", text: "40%" });
  });

  test("leads nowhere but to web addresses", () => {
    const run = "javascript:alert(1)";
    const read = withReading(recordOf("passing"), { run });
    const { short, full } = tilesOf(stateOf({ a: read }));
    expect(short?.link).toBeUndefined();
    expect(JSON.stringify(full)).not.toContain("javascript:");
  });

  test("has another version exactly if something of it changed", () => {
    const version = (message: string) =>
      tilesOf(stateOf({ a: recordOf("failing", message) })).short?.version;
    expect(version("3 failed")).toBe(version("3 failed"));
    expect(version("3 failed")).not.toBe(version("4 failed"));
  });

  test("sums up its history without a promise that was not observed", () => {
    const at = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
    const history = [
      { state: "passing" as const, from: at(100), to: at(50) },
      { state: "failing" as const, from: at(49), to: at(0) },
    ];
    const { short } = tilesOf(stateOf({ a: { ...recordOf("failing"), history } }));
    expect(short?.figures).toEqual(["50% – 51% up", "1 flip this week"]);
    expect(short?.failingSince?.iso).toBe("2026-11-21T07:01:00Z");
    expect(short?.strip).toContain('<path data-look="passing" d="M0 6h100"/>');
    expect(short?.strip).toContain('<path data-look="failing" d="M102 6h98"/>');
  });

  test("writes times in the board's zone", () => {
    const state = { ...stateOf({ a: recordOf("passing") }), timeZone: "Asia/Tokyo" };
    expect(tilesOf(state).short?.readAt?.text).toBe("23 Nov 2026, 17:00 GMT+9");
  });
});

/** A record whose reading has other parts. */
function withReading(record: BadgeRecord, parts: Partial<StoredReading>): BadgeRecord {
  if (record.reading === undefined) throw new Error("the record has no reading");
  return { ...record, reading: { ...record.reading, ...parts } };
}
