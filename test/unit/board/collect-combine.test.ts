import { describe, expect, test } from "vitest";
import { withTwin } from "../../../board/collect/combine.ts";
import type { Said } from "../../../board/collect/said.ts";
import { type ApiSaid, judgeRuns } from "../../../board/github/judge-runs.ts";
import type { Run } from "../../../board/github/runs.ts";
import { withApi } from "../../../board/github/with-api.ts";
import { STATES, type State } from "../../../board/reading/state.ts";

const none: Said = { kind: "none", reason: "it refused the connection", isOfHost: true };
const says = (state: State): Said => ({
  kind: "read",
  reading: { state, label: "CI", message: state, rule: "text", confidence: 1 },
});
const stateOf = (said: Said) => (said.kind === "read" ? said.reading.state : "none");
const conflictOf = (said: Said) => (said.kind === "read" ? said.reading.conflict : undefined);

describe("a badge and its twin", () => {
  test.each([
    ["passing", "passing", "passing", undefined],
    ["passing", "failing", "failing", 'twin against badge: "failing" against "passing"'],
    ["failing", "passing", "failing", 'twin against badge: "passing" against "failing"'],
    ["warning", "passing", "warning", 'twin against badge: "passing" against "warning"'],
    ["failing", "cancelled", "cancelled", undefined],
    ["unknown", "passing", "passing", undefined],
    ["passing", "unknown", "passing", undefined],
    ["passing", "running", "running", undefined],
  ] as const)("%s and %s are %s", (badge, twin, state, conflict) => {
    const both = withTwin(says(badge), says(twin));
    expect(stateOf(both)).toBe(state);
    expect(conflictOf(both)).toBe(conflict);
  });

  test("need one of them to answer", () => {
    expect(withTwin(none, says("passing"))).toMatchObject({ reading: { rule: "twin: text" } });
    expect(withTwin(says("passing"), none)).toMatchObject({
      reading: {
        state: "passing",
        rule: "text; its twin gave no answer: it refused the connection",
      },
    });
    expect(withTwin(none, none)).toBe(none);
    expect(withTwin(none, says("unknown"))).toBe(none);
  });
});

const completed = (conclusion: string, parts: Partial<Run> = {}): Run => ({
  status: "completed",
  conclusion,
  ...parts,
});
const api = (...runs: Run[]) => judgeRuns(runs, "on main");

describe("runs of GitHub's API", () => {
  test.each([
    ["success", "passing"],
    ["failure", "failing"],
    ["timed_out", "failing"],
    ["startup_failure", "failing"],
    ["action_required", "warning"],
    ["cancelled", "cancelled"],
    ["skipped", "skipped"],
    ["neutral", "skipped"],
    ["stale", "unknown"],
    ["rutabaga", "unknown"],
  ])("that came to %s are %s", (conclusion, state) => {
    expect(api(completed(conclusion))).toMatchObject({ reading: { state }, decided: state });
  });

  test("are judged by the newest, which may be running", () => {
    expect(api(completed("failure"), completed("success"))).toMatchObject({ decided: "failing" });
    expect(api({ status: "in_progress" }, completed("failure"))).toMatchObject({
      reading: { state: "running", message: "in progress" },
      decided: "failing",
    });
    expect(api({ status: "rutabaga" }, completed("success"))).toMatchObject({
      reading: { state: "unknown" },
    });
  });

  test("of a fork's branch of the same name are not this repository's", () => {
    const fork = { repository: { id: 1 }, head_repository: { id: 2 } };
    const own = { repository: { id: 1 }, head_repository: { id: 1 } };
    expect(api(completed("success", fork), completed("failure", own))).toMatchObject({
      reading: { state: "failing" },
    });
    expect(api(completed("success", fork))).toEqual({ kind: "no run", where: "on main" });
  });

  test("say when, where and who, in words that fit a page", () => {
    const run = completed("timed_out", {
      name: "CI",
      html_url: "https://github.com/o/r/actions/runs/1",
      run_started_at: "2026-11-23T08:00:00Z",
      actor: { login: "mona" },
    });
    expect(api(run)).toMatchObject({
      reading: {
        label: "CI",
        message: "timed out",
        ranAt: "2026-11-23T08:00:00.000Z",
        run: "https://github.com/o/r/actions/runs/1",
        by: "mona",
      },
    });
    const odd = completed("success", { html_url: "javascript:alert(1)", run_started_at: "never" });
    const said = api(odd);
    expect(said.kind === "run" && said.reading).not.toHaveProperty("run");
    expect(said.kind === "run" && said.reading).not.toHaveProperty("ranAt");
  });
});

describe("a workflow's badge and GitHub's API", () => {
  test.each([
    ["passing", "success", "passing", undefined],
    ["failing", "cancelled", "cancelled", undefined],
    ["failing", "timed_out", "failing", undefined],
    ["passing", "failure", "failing", 'badge against API: "passing" against "failing"'],
    ["failing", "success", "failing", 'badge against API: "failing" against "passing"'],
    ["unknown", "success", "passing", undefined],
  ] as const)("%s and %s are %s", (badge, conclusion, state, conflict) => {
    const both = withApi(says(badge), api(completed(conclusion)));
    expect(stateOf(both)).toBe(state);
    expect(conflictOf(both)).toBe(conflict);
  });

  test("are never greener together than the badge alone, where that says bad news", () => {
    const all: ApiSaid[] = STATES.flatMap((state) => {
      const said = says(state);
      return said.kind === "read" ? [{ kind: "run", reading: said.reading, decided: state }] : [];
    });
    for (const bad of ["failing", "warning", "cancelled"] as const) {
      for (const said of all) expect(stateOf(withApi(says(bad), said))).not.toBe("passing");
    }
  });

  test("that runs compare the run before", () => {
    const both = withApi(says("passing"), api({ status: "queued" }, completed("failure")));
    expect(stateOf(both)).toBe("running");
    expect(conflictOf(both)).toBe('badge against API: "passing" against "failing"');
  });

  test("is not believed to pass without a run", () => {
    expect(withApi(says("passing"), api())).toMatchObject({
      reading: {
        state: "unknown",
        conflict: 'badge against API: "passing" against no run on main',
      },
    });
    expect(stateOf(withApi(says("failing"), api()))).toBe("failing");
  });

  test("need one of them to answer", () => {
    expect(stateOf(withApi(none, api(completed("success"))))).toBe("passing");
    expect(withApi(none, { kind: "none", reason: "it answered 404" })).toBe(none);
    expect(withApi(says("passing"), { kind: "none", reason: "it answered 403" })).toMatchObject({
      reading: { state: "passing", rule: "text; without GitHub's API: it answered 403" },
    });
  });
});
