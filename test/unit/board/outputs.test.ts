import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BoardModel } from "../../../board/model/board-model.ts";
import { makeModel } from "../../../board/model/make-model.ts";
import { badgeSvg, endpointBadge, worstStanding } from "../../../board/outputs/badge.ts";
import { outputsOf } from "../../../board/outputs/outputs.ts";
import type { Standing } from "../../../board/outputs/standing.ts";
import { xmlDocument } from "../../../board/outputs/xml.ts";
import { readBadge } from "../../../board/reading/read-badge.ts";
import { STATES } from "../../../board/reading/state.ts";
import schema from "../../../board/schema/board.schema.json" with { type: "json" };
import type { BadgeRecord, BoardState } from "../../../board/state/board-state.ts";
import { parseMetrics } from "../../support/board-metrics.ts";
import { actionOf, COLLECTED_AT, recordOf, reportOf, stateOf } from "../../support/board-state.ts";
import { elementsOf } from "../../support/xml-elements.ts";

const NOW = Date.parse(COLLECTED_AT);
const HOUR = 3_600_000;
const PROBLEM = { since: COLLECTED_AT, reason: "no answer from ci.example" };
const unread: BadgeRecord = { ...recordOf("passing"), problem: PROBLEM };
const HOSTILE = `</title><script>alert(1)</script>&"'\u0000\u0007\u202E]]>\n=cmd|' /C calc'!A0\\`;

function modelOf(state: BoardState, now = NOW, reports = [] as Parameters<typeof makeModel>[1]) {
  return makeModel(state, reports, now);
}

function file(model: BoardModel, name: string): string {
  const content = outputsOf(model).get(name);
  if (content === undefined) throw new Error(`there is no ${name}`);
  return content;
}

const everyState = stateOf({
  ...Object.fromEntries(STATES.map((state) => [state, recordOf(state)])),
  unread,
  never: undefined,
});

test("board.json is of its published form, with every state and with runs", () => {
  const report = {
    source: "https://x.example/r.json?token=s3cret",
    report: reportOf([actionOf()]),
  };
  const bad = { source: "results.json", problem: "there is no such file" };
  const model = modelOf({ ...everyState, site: "https://a.example/b/" }, NOW, [report, bad]);
  const json = JSON.parse(file(model, "board.json"));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  validate(json);
  expect(validate.errors).toBeNull();
  expect(JSON.parse(file(model, "board.schema.json"))).toEqual(schema);
  expect(json.groups[0].tiles).toHaveLength(10);
});

test("no output has a badge's address, whose query may be secret", () => {
  const report = { source: "https://x.example/r.json?token=s3cret", report: reportOf([]) };
  const files = outputsOf(modelOf(everyState, NOW, [report]));
  for (const [name, content] of files) expect(content, name).not.toContain("s3cret");
});

test("the same board gives the same bytes", () => {
  expect([...outputsOf(modelOf(everyState))]).toEqual([...outputsOf(modelOf(everyState))]);
});

const noSuccess: ReadonlyArray<readonly [string, BadgeRecord | undefined, number]> = [
  ["a badge that was never collected", undefined, NOW],
  ["a badge that gave no reading, whatever the last one said", unread, NOW],
  ["a board that is stale", recordOf("passing"), NOW + 25 * HOUR],
  ["a badge that contradicts itself", contradicted(), NOW],
  ["a warning", recordOf("warning"), NOW],
  ["an unknown", recordOf("unknown", ""), NOW],
  ["a skipped job", recordOf("skipped"), NOW],
  ["a running job", recordOf("running"), NOW],
  ["mere information", recordOf("info"), NOW],
];
test.each(noSuccess)("no output tells a success of %s", (_name, record, now) => {
  const model = modelOf(stateOf({ job: record }), now);
  const [project] = elementsOf(file(model, "cctray.xml")).filter(({ name }) => name === "Project");
  expect(project?.attributes.lastBuildStatus).not.toBe("Success");
  for (const name of ["badge.json", "groups/shop.json"]) {
    expect(JSON.parse(file(model, name)).color, name).not.toBe("brightgreen");
  }
  for (const name of ["badge.svg", "groups/shop.svg"]) {
    const body = Buffer.from(file(model, name));
    expect(readBadge({ body }).state, name).not.toBe("passing");
  }
  const [row] = parse(file(model, "board.csv"), { columns: true }) as Record<string, string>[];
  expect(row?.state).not.toBe("passing");
  const [state] = parseMetrics(file(model, "metrics.txt")).filter(
    ({ name }) => name === "pystol_board_tile_state",
  );
  expect(state?.labels.state).not.toBe("passing");
  const json = JSON.parse(file(model, "board.json"));
  expect([json.state, json.groups[0].tiles[0].state]).not.toContain("passing");
});

test("a tile that passes now is a success everywhere", () => {
  const model = modelOf(stateOf({ job: recordOf("passing") }));
  const [project] = elementsOf(file(model, "cctray.xml")).filter(({ name }) => name === "Project");
  expect(project?.attributes).toMatchObject({
    name: "Shop / job",
    activity: "Sleeping",
    lastBuildStatus: "Success",
    lastBuildTime: COLLECTED_AT,
  });
  expect(JSON.parse(file(model, "badge.json"))).toMatchObject({
    schemaVersion: 1,
    message: "1 passing",
    color: "brightgreen",
  });
  expect(JSON.parse(file(model, "board.json")).state).toBe("passing");
});

test("texts of strangers stay texts in every output", () => {
  const base = stateOf({ job: recordOf("failing", HOSTILE), lost: unread });
  const state: BoardState = {
    ...base,
    title: HOSTILE,
    groups: base.groups.map((group) => ({
      name: `Shop ${HOSTILE}`,
      badges: group.badges.map((badge) => ({ ...badge, label: HOSTILE })),
    })),
  };
  const results = [{ source: `/tmp/${HOSTILE}`, problem: HOSTILE }];
  const files = outputsOf(modelOf(state, NOW, results));
  for (const [name, content] of files) {
    if (/\.(?:xml|svg)$/u.test(name)) {
      expect(
        elementsOf(content).map((each) => each.name),
        name,
      ).not.toContain("script");
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(content, name).not.toMatch(/[\u0000\u0007\u202E]/u);
  }
  const metrics = parseMetrics(files.get("metrics.txt") ?? "");
  expect(metrics.find(({ labels }) => labels.label !== undefined)?.labels.label).toContain("\\");
});

test.each(["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])("the CSV defuses %j", (message) => {
  const state = stateOf({ job: recordOf("info", message) });
  const [row] = parse(file(modelOf(state), "board.csv"), { columns: true }) as Record<
    string,
    string
  >[];
  expect(row?.last_message).toBe(`'${message.trim()}`);
});

test("the CSV is read back as it was, with commas, quotes and lines that end as RFC 4180 has it", () => {
  const csv = file(
    modelOf(stateOf({ 'a, "b"': recordOf("failing", "1, 2"), c: unread })),
    "board.csv",
  );
  const rows = parse(csv, { columns: true, record_delimiter: "\r\n" }) as Record<string, string>[];
  expect(rows.map(({ label, state, problem }) => [label, state, problem])).toEqual([
    ['a, "b"', "failing", ""],
    ["c", "no reading", "no answer from ci.example"],
  ]);
  expect(csv.endsWith("\r\n")).toBe(true);
});

test("the metrics give each tile's state once, and the time of its reading where there is one", () => {
  const samples = parseMetrics(file(modelOf(everyState), "metrics.txt"));
  const of = (name: string) => samples.filter((sample) => sample.name === `pystol_board_${name}`);
  expect(of("tile_state").map(({ labels }) => labels.state)).toEqual(
    expect.arrayContaining([...STATES, "no_reading"]),
  );
  expect(of("tile_state")).toHaveLength(10);
  expect(of("tile_unread").filter(({ value }) => value === 1)).toHaveLength(2);
  expect(of("tile_read_timestamp_seconds")).toHaveLength(9);
  expect(of("collected_timestamp_seconds")[0]?.value).toBe(NOW / 1000);
});

const STANDINGS: readonly Standing[] = [...STATES, "unread", "stale", "unverified", "expected"];

test("a badge of any mix is green only if something passes and nothing else takes it away", () => {
  const calm = new Set<Standing>(["passing", "expected", "info"]);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STANDINGS)), (standings) => {
      const badge = endpointBadge("board", standings);
      const isGreen = standings.includes("passing") && standings.every((each) => calm.has(each));
      expect(badge.color === "brightgreen").toBe(isGreen);
      expect(badge.isError === true).toBe(standings.includes("failing"));
      expect(standings.length === 0 || standings.includes(worstStanding(standings))).toBe(true);
      const reading = readBadge({ body: Buffer.from(badgeSvg(badge)) });
      // As of tests, a reader may overlook what was skipped beside what passes; the colour does not.
      const overlooked = standings.filter((each) => each !== "skipped");
      if (reading.state === "passing")
        expect(overlooked.every((each) => calm.has(each))).toBe(true);
      if (standings.includes("failing")) expect(reading.state).toBe("failing");
    }),
    { numRuns: 500 },
  );
});

test("a group's badge is of that group alone, and the board's is of all with the runs", () => {
  const base = stateOf({ good: recordOf("passing") });
  const badges = [{ label: "bad", badge: "https://ci.example/bad.svg" }];
  const bad = { "https://ci.example/bad.svg": recordOf("failing") };
  const state = {
    ...base,
    groups: [...base.groups, { name: "Other team", badges }],
    badges: { ...base.badges, ...bad },
  };
  const unreadRun = { source: "r.json", problem: "there is no such file" };
  const files = outputsOf(modelOf(state, NOW, [unreadRun]));
  const message = (name: string) => JSON.parse(files.get(name) ?? "").message;
  expect(message("groups/shop.json")).toBe("1 passing");
  expect(message("groups/other-team.json")).toBe("1 failing");
  expect(message("badge.json")).toBe("1 failing, 1 no reading, 1 passing");
});

const PROMTOOL = "/usr/bin/promtool"; // Debian's package prometheus

test.skipIf(!existsSync(PROMTOOL))("Prometheus' own tool takes the metrics", () => {
  const input = file(modelOf(everyState), "metrics.txt");
  expect(execFileSync(PROMTOOL, ["check", "metrics"], { input }).toString()).toBe("");
});

test("XML holds no character that it has no way to write, wherever a text stands", () => {
  const text = "a\u0000\u0008\ufffe\ud800b\u{1f600}\n<";
  const [root] = elementsOf(xmlDocument({ name: "r", attributes: { a: text }, children: [text] }));
  expect(root).toEqual({ name: "r", attributes: { a: "ab\u{1f600}\n<" }, text: "ab\u{1f600}\n<" });
});

/** Passing, says the word, and red is what it is drawn in. */
function contradicted() {
  const record = recordOf("passing");
  const { reading } = record;
  if (reading === undefined) return record;
  return { ...record, reading: { ...reading, conflict: "the word is on red" } };
}
