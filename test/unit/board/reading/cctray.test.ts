import { describe, expect, test } from "vitest";
import { readBadge } from "../../../../board/reading/read-badge.ts";
import { bytes } from "../../../support/board-badges.ts";

const project = (name: string, status: string, more = "") =>
  `<Project name="${name}" activity="Sleeping" lastBuildStatus="${status}" lastBuildLabel="8" ${more}/>`;
const feed = (...projects: string[]) =>
  `<?xml version="1.0"?>\n<Projects>${projects.join("")}</Projects>`;
const read = (body: string, name?: string) => readBadge({ body: bytes(body) }, { project: name });

describe("a CCTray feed", () => {
  test.each([
    ["Success", "passing"],
    ["Failure", "failing"],
    ["Exception", "failing"],
    ["Pending", "running"],
    ["Unknown", "unknown"],
    ["Rutabaga", "unknown"],
    ["", "unknown"],
  ])("with the status %j is %s", (status, state) => {
    const body = feed(project("other", "Success"), project("job", status));
    expect(read(body, "Job")).toMatchObject({ state, label: "job", message: status });
  });

  test("tells when the job ran and where, and that it runs", () => {
    const more =
      'lastBuildTime="2026-11-22T10:30:34.6362160+01:00" webUrl="https://ci.example/job/8"';
    expect(read(feed(project("job", "Failure", more)))).toEqual({
      state: "failing",
      label: "job",
      message: "Failure",
      rule: 'cctray: lastBuildStatus is "failure"',
      confidence: 1,
      ranAt: "2026-11-22T09:30:34.636Z",
      run: "https://ci.example/job/8",
    });
    const building = feed(project("job", "Success").replace("Sleeping", "Building"));
    expect(read(building)).toMatchObject({ state: "running", message: "building, last Success" });
  });

  test("has no link that holds a password or a script, and no time without its zone", () => {
    for (const [time, url] of [
      ["2026-11-22T10:30:34", "javascript:alert(1)"],
      ["rutabaga", "https://user:secret@ci.example/"],
    ]) {
      const reading = read(
        feed(project("job", "Success", `lastBuildTime="${time}" webUrl="${url}"`)),
      );
      expect(Object.keys(reading)).not.toContain("run");
      expect(Object.keys(reading)).not.toContain("ranAt");
    }
  });

  test("of several projects needs the name of one, and of one name takes the worst", () => {
    const body = feed(project("a", "Success"), project("b", "Failure"), project("b", "Success"));
    expect(read(body)).toMatchObject({
      state: "unknown",
      rule: expect.stringContaining("3 projects"),
    });
    expect(read(body, "a").state).toBe("passing");
    expect(read(body, "b").state).toBe("failing");
    expect(read(body, "c")).toMatchObject({ state: "unknown", confidence: 0 });
  });

  test("that is cut off or has entities of its own says nothing", () => {
    const body = feed(project("a", "Success"));
    expect(read(body.slice(0, -4)).state).toBe("unknown");
    const doctype = '<!DOCTYPE Projects [<!ENTITY s "Success">]>';
    expect(read(`${doctype}${feed(project("a", "&s;")).replace(/^.*\n/u, "")}`).state).toBe(
      "unknown",
    );
  });
});
