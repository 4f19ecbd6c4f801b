/** What the table needs of a JSON schema; other keywords are left alone. */
export interface SettingsSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SettingsSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SettingsSchema>>;
  readonly items?: SettingsSchema;
  readonly oneOf?: readonly SettingsSchema[];
  readonly "x-expected"?: string;
}

interface Row {
  readonly name: string;
  readonly expected: string;
  readonly fallback: string;
  readonly description: string;
}

/** Every setting of a configuration as Markdown tables: the top first, then each thing that it is made of. Pure. */
export function settingsTable(schema: SettingsSchema): string {
  const definitions = schema.$defs ?? {};
  const sections = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    sectionsOf(name, property, definitions),
  );
  return [tableOf(schema, definitions), ...sections].join("");
}

type Definitions = Readonly<Record<string, SettingsSchema>>;

function sectionsOf(path: string, property: SettingsSchema, definitions: Definitions): string[] {
  const whole = resolved(property, definitions);
  const items = whole.items === undefined ? undefined : resolved(whole.items, definitions);
  const thing = items ?? whole;
  const name = items === undefined ? path : `${path}[]`;
  if (thing.oneOf !== undefined) {
    return thing.oneOf.map(
      (kind) => `\n### ${name}, kind ${kind.title ?? ""}\n\n${tableOf(kind, definitions)}`,
    );
  }
  if (thing.properties === undefined) return [];
  const inner = Object.entries(thing.properties).flatMap(([key, value]) =>
    sectionsOf(`${name}.${key}`, value, definitions),
  );
  return [`\n### ${name}\n\n${tableOf(thing, definitions)}`, ...inner];
}

function tableOf(schema: SettingsSchema, definitions: Definitions): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    rowOf(name, resolved(property, definitions), schema.required?.includes(name) === true),
  );
  const lines = rows.map(({ name, expected, fallback, description }) => {
    return `| \`${name}\` | ${cell(expected)} | ${fallback} | ${cell(description)} |`;
  });
  return `| Setting | Expected | Default | What it does |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`;
}

function rowOf(name: string, property: SettingsSchema, isRequired: boolean): Row {
  const { default: fallback, description = "" } = property;
  const expected =
    property.const === undefined ? (property["x-expected"] ?? "") : `\`${String(property.const)}\``;
  const isEmpty = fallback === undefined || ["[]", "{}"].includes(JSON.stringify(fallback));
  return {
    ...{ name, expected, description },
    fallback: isRequired ? "required" : isEmpty ? "" : `\`${valueText(fallback)}\``,
  };
}

const valueText = (value: unknown) =>
  Array.isArray(value) ? `[${value.join(", ")}]` : String(value);

/** A property with what it refers to; its own words come first. */
function resolved(property: SettingsSchema, definitions: Definitions): SettingsSchema {
  const target = definitions[property.$ref?.replace("#/$defs/", "") ?? ""];
  return target === undefined ? property : { ...target, ...property };
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
