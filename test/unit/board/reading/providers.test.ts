import { describe, expect, test } from "vitest";
import { readBadge, serviceOf } from "../../../../board/reading/read-badge.ts";
import { bytes, svg, twoPart } from "../../../support/board-badges.ts";

const drawn = (...fills: string[]) =>
  svg(
    fills
      .map((fill, at) => `<rect x="${at * 40}" width="40" height="20" fill="${fill}"/>`)
      .join(""),
  );
const titled = (title: string, message: string) =>
  svg(
    `<title>${title}</title><text x="20" y="14">${title.replace(/ - .*/u, "")}</text><text x="70" y="14">${message}</text>`,
  );

const ACTIONS = "https://github.com/o/r/actions/workflows/ci.yml/badge.svg";

/** A service's address and body, the state that they have together, and the rule; `plain` is the state without the address. */
const CASES: ReadonlyArray<
  readonly [url: string, body: string, state: string, rule: RegExp, plain: string]
> = [
  [
    `${ACTIONS}?branch=main`,
    titled("CI - passing", "passing"),
    "passing",
    /^provider: GitHub/u,
    "passing",
  ],
  [
    ACTIONS,
    titled("Build - Deploy - failing", "failing"),
    "failing",
    /a cancelled run looks the same$/u,
    "failing",
  ],
  [
    "https://github.com/o/r/workflows/Nightly%20run/badge.svg",
    titled("CI - no status", "no status"),
    "unknown",
    /^provider/u,
    "unknown",
  ],
  [ACTIONS, titled("CI - passing", "failing"), "failing", /^text: /u, "failing"],
  [ACTIONS, titled("CI - passing", "rutabaga"), "unknown", /^title: .*, but/u, "unknown"],
  [
    "https://codeberg.org/o/r/actions/workflows/ci.yml/badge.svg",
    twoPart("ci.yml", "waiting"),
    "running",
    /^provider: Gitea/u,
    "running",
  ],
  [
    "https://gitlab.com/o/r/-/badges/main/pipeline.svg",
    twoPart("pipeline", "manual"),
    "unknown",
    /somebody/u,
    "unknown",
  ],
  [
    "https://gitlab.com/o/r/-/badges/main/pipeline.svg",
    twoPart("pipeline", "waiting for resource"),
    "running",
    /^provider/u,
    "running",
  ],
  [
    "https://quay.io/repository/o/r/status",
    twoPart("container", "ready", "#97ca00"),
    "passing",
    /^provider: Quay/u,
    "passing",
  ],
  [
    "https://ci.example/api/badges/3/status.svg",
    twoPart("pipeline", "error"),
    "failing",
    /killed/u,
    "failing",
  ],
  [
    "https://codebuild.eu-west-1.amazonaws.com/badges?uuid=1",
    twoPart("build", "FAILING"),
    "failing",
    /stopped/u,
    "failing",
  ],
  [
    "https://codebuild.eu-west-1.amazonaws.com/badges?uuid=1",
    twoPart("build", "IN_PROGRESS"),
    "running",
    /^provider/u,
    "running",
  ],
  [
    "https://dev.azure.com/o/p/_apis/build/status/1",
    twoPart("Azure Pipelines", "partially succeeded"),
    "warning",
    /^provider/u,
    "warning",
  ],
  [
    "https://api.netlify.com/api/v1/badges/a/deploy-status",
    drawn("#0f4a21"),
    "passing",
    /^provider: Netlify's fill/u,
    "passing",
  ],
  [
    "https://api.netlify.com/api/v1/badges/a/deploy-status",
    drawn("#0f4a21", "#800a20"),
    "unknown",
    /^none/u,
    "unknown",
  ],
  [
    "https://app.bitrise.io/app/a/status.svg?token=x",
    drawn("#492f5c", "#0fc389"),
    "passing",
    /^provider: Bitrise/u,
    "passing",
  ],
  [
    "https://app.bitrise.io/app/a/status.svg?token=x",
    drawn("#0fc389", "#ff4400"),
    "unknown",
    /^none/u,
    "unknown",
  ],
  [
    "https://circleci.com/gh/o/r.svg?style=svg",
    drawn("#239922"),
    "passing",
    /^provider: CircleCI/u,
    "passing",
  ],
  [
    "https://circleci.com/gh/o/r.svg?style=svg",
    drawn("#123456"),
    "unknown",
    /style=shield/u,
    "unknown",
  ],
  [
    "https://ci.appveyor.com/api/projects/status/x",
    "\x89PNG",
    "unknown",
    /text that is not.*svg=true/u,
    "unknown",
  ],
  [
    "https://app.codecov.io/gh/o/r/branch/main/graph/badge.txt",
    "91%\n",
    "passing",
    /coverage 91%/u,
    "info",
  ],
  [
    "https://www.bestpractices.dev/projects/1/badge",
    twoPart("cii best practices", "in progress 57%"),
    "warning",
    /^provider/u,
    "warning",
  ],
  [
    "https://badge.fury.io/js/x.svg",
    twoPart("x", "failing fast", "#4c1"),
    "info",
    /informs/u,
    "failing",
  ],
  [
    "https://img.shields.io/npm/v/x",
    twoPart("x", "not found"),
    "unknown",
    /^text: the service's answer/u,
    "unknown",
  ],
  [
    "https://img.shields.io/badge/build-passing-green",
    twoPart("build", "passing", "#4c1"),
    "info",
    /nothing is measured/u,
    "passing",
  ],
  [
    "https://badgen.net/badge/build/passing/green",
    twoPart("build", "passing", "#3c1"),
    "info",
    /nothing is measured/u,
    "passing",
  ],
  [
    "https://img.shields.io/badge/dynamic/json?url=x",
    twoPart("build", "passing", "#4c1"),
    "passing",
    /^text/u,
    "passing",
  ],
  [
    "https://ci.example/job/j/badge/icon?status=passing",
    twoPart("build", "passing", "#9f9f9f"),
    "unknown",
    /sets the words/u,
    "passing",
  ],
  [
    "https://ci.example/job/j/badge/icon?status=fine&color=4c1",
    twoPart("build", "fine", "#4c1"),
    "unknown",
    /sets the words/u,
    "unknown",
  ],
  [
    "https://ci.example/job/j/badge/icon?status=passing",
    twoPart("build", "passing", "#e05d44"),
    "failing",
    /fill #e05d44/u,
    "passing",
  ],
];

describe("a service that is known by its address", () => {
  test.each(CASES)("%s %#", (url, body, state, rule, plain) => {
    expect(readBadge({ body: bytes(body), url })).toMatchObject({
      state,
      rule: expect.stringMatching(rule),
    });
    expect(readBadge({ body: bytes(body) }).state).toBe(plain);
  });

  test("is known by the address that answered, too, and named by the badge's own", () => {
    const asked = {
      url: "https://ci.example/a.svg",
      answeredBy: "https://quay.io/repository/o/r/status",
    };
    expect(readBadge({ body: bytes(twoPart("container", "ready")), ...asked }).rule).toMatch(
      /Quay/u,
    );
    expect(serviceOf(asked)).toBe("Quay");
    expect(serviceOf({ url: ACTIONS, answeredBy: "https://quay.io/repository/o/r/status" })).toBe(
      "GitHub Actions",
    );
    expect(
      serviceOf({ url: "https://quay.io.evil.example/repository/o/r/status" }),
    ).toBeUndefined();
  });

  test("measures, although it redirects to a badge whose words stand in its address", () => {
    const body = bytes(twoPart("go report", "A+", "#4c1"));
    const fixed = "https://img.shields.io/badge/go%20report-A+-brightgreen.svg";
    const url = "https://goreportcard.com/badge/github.com/o/r";
    expect(readBadge({ body, url, answeredBy: fixed }).state).toBe("passing");
    expect(readBadge({ body, url: fixed }).state).toBe("info");
  });

  test("is not believed by its fill beside a title that is not understood", () => {
    const green = '<rect width="90" height="20" fill="#0f4a21"/>';
    const url = "https://api.netlify.com/api/v1/badges/a/deploy-status";
    expect(readBadge({ body: bytes(svg(green)), url }).state).toBe("passing");
    expect(readBadge({ body: bytes(svg(`<title>rutabaga</title>${green}`)), url }).state).toBe(
      "unknown",
    );
  });

  test("tells when the job ran, where its Last-Modified says so", () => {
    const body = bytes(twoPart("build", "passing"));
    const lastModified = "Sun, 22 Nov 2026 10:00:00 GMT";
    const travis = "https://api.travis-ci.com/o/r.svg";
    expect(readBadge({ body, lastModified, url: travis }).ranAt).toBe("2026-11-22T10:00:00.000Z");
    expect(readBadge({ body, lastModified: "yesterday", url: travis })).not.toHaveProperty("ranAt");
    expect(readBadge({ body, lastModified, url: ACTIONS })).not.toHaveProperty("ranAt");
  });

  test("is judged although it only informs, where the configuration says so", () => {
    const evidence = {
      body: bytes(twoPart("build", "passing")),
      url: "https://img.shields.io/badge/a-b-red",
    };
    expect(readBadge(evidence, { treatAs: "status" }).state).toBe("passing");
  });

  test("does not excuse a contradiction", () => {
    const body = bytes(
      svg("<title>container: failed</title><text x='9'>container</text><text x='60'>ready</text>"),
    );
    const reading = readBadge({ body, url: "https://quay.io/repository/o/r/status" });
    expect(reading).toMatchObject({ state: "failing", conflict: expect.stringContaining("ready") });
  });

  test("has its known colours forgiven, and others not", () => {
    const body = bytes(twoPart("ci.yml", "unknown", "#97ca00"));
    const gitea = "https://git.example/o/r/actions/workflows/ci.yml/badge.svg";
    expect(readBadge({ body, url: gitea })).not.toHaveProperty("conflict");
    expect(readBadge({ body }).conflict).toMatch(/unknown .* on green/u);
    const other = bytes(twoPart("ci.yml", "failure", "#97ca00"));
    expect(readBadge({ body: other, url: gitea }).conflict).toMatch(/failing .* on green/u);
  });
});
