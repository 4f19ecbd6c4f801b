import { expect, test } from "vitest";
import { DEFAULTS } from "../../../board/config/config.ts";
import { settingsTable } from "../../../board/config/settings-table.ts";
import schema from "../../../board/schema/config.schema.json" with { type: "json" };

test("every setting has a row that says what it does, and required ones say so", () => {
  const table = settingsTable(schema);
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  for (const row of rows) {
    expect(row).toMatch(/^\| `[a-zA-Z]+` \| \S.* \| .* \| .* \|$/u);
    if (!row.startsWith("| `kind`")) expect(row).toMatch(/\| [A-Z"][^|]*\. \|$/u);
  }
  expect(rows).toContainEqual(
    expect.stringMatching(/^\| `label` \| a text \| required \| Name of the tile/u),
  );
  expect(rows).toContainEqual(
    expect.stringMatching(/^\| `staleAfterHours` \| hours from above 0 to 8760 \| `24` \| Hours/u),
  );
  expect(table).toContain("\n### groups[].badges[].thresholds\n");
  expect(table).toContain("\n### widgets[], kind picture\n");
});

test("the schema's defaults are those of the program", () => {
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!("default" in property)) continue;
    expect({ [name]: property.default }).toEqual({
      [name]: DEFAULTS[name as keyof typeof DEFAULTS],
    });
  }
  const { variable, api } = schema.properties.github.properties;
  expect({ variable: variable.default, api: api.default }).toEqual(DEFAULTS.github);
});
