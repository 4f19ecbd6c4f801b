import { describe, expect, test } from "vitest";
import { missingPlatforms } from "../../../scripts/lock/platforms.ts";

const tool = (version: string) => ({
  version,
  dev: true,
  optionalDependencies: {
    "@tool/cli-darwin-arm64": version,
    "@tool/cli-linux-x64": version,
    fsevents: "~2.3.3",
  },
});
const linux = (version: string) => ({ version, optional: true });

describe("the platform packages that a lock lacks", () => {
  test("are those for other platforms, each for its own platform alone", () => {
    expect(
      missingPlatforms({
        "node_modules/tool": tool("1.0.0"),
        "node_modules/@tool/cli-linux-x64": linux("1.0.0"),
      }),
    ).toEqual({
      "node_modules/@tool/cli-darwin-arm64": {
        version: "1.0.0",
        dev: true,
        optional: true,
        cpu: ["arm64"],
        os: ["darwin"],
      },
    });
  });

  test("are none where the lock is whole", () => {
    const entries = {
      "node_modules/tool": tool("1.0.0"),
      "node_modules/@tool/cli-linux-x64": linux("1.0.0"),
    };
    expect(missingPlatforms({ ...entries, ...missingPlatforms(entries) })).toEqual({});
  });

  test("stand beside the version of the tool that needs them", () => {
    const entries = {
      "node_modules/tool": tool("2.0.0"),
      "node_modules/@tool/cli-linux-x64": linux("2.0.0"),
      "node_modules/@tool/cli-darwin-arm64": linux("2.0.0"),
      "node_modules/host/node_modules/tool": tool("1.0.0"),
      "node_modules/host/node_modules/@tool/cli-linux-x64": linux("1.0.0"),
    };
    expect(Object.keys(missingPlatforms(entries))).toEqual([
      "node_modules/host/node_modules/@tool/cli-darwin-arm64",
    ]);
  });
});
