import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";

type Fields = Readonly<Record<string, unknown>>;

/** An option of Ansible's argument specification: https://docs.ansible.com/ansible/latest/dev_guide/developing_program_flow_modules.html#argument-spec */
interface Option {
  type?: string;
  elements?: string;
  description?: string | string[];
  required?: boolean;
  default?: unknown;
  choices?: unknown[];
  options?: Readonly<Record<string, Option>>;
}

/** meta/pystol.yml: fields of a PystolRole's spec; `arguments` adds to the schema of single arguments. */
type RoleMeta = Fields & { arguments?: Readonly<Record<string, Fields>> };

const SCALARS: Readonly<Record<string, string>> = {
  str: "string",
  path: "string",
  int: "integer",
  float: "number",
  bool: "boolean",
};

/** An entry point: https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html#role-argument-validation */
interface EntryPoint {
  options?: Readonly<Record<string, Option>>;
}

/**
 * The PystolRole of a role: what its meta/pystol.yml says, and the schema of its arguments from meta/argument_specs.yml. The
 * arguments are those of the entry point main; a phased role gets them in inject, and so declares them there, too.
 *
 * @throws if the role has no entry point main or, being phased, no inject; if an argument has a type that JSON
 * Schema has no word for; or if pystol.yml adds to an argument that the specification does not have.
 */
export function pystolRoleFrom(role: {
  name: string;
  collection: string;
  meta: RoleMeta;
  specs: { argument_specs?: Readonly<Record<string, EntryPoint>> };
}): Fields {
  const { name, collection } = role;
  const { arguments: additions = {}, description, ...meta } = role.meta;
  const options = optionsOf(role.specs.argument_specs ?? {}, {
    name,
    phased: meta.phased === true,
  });
  const unknown = Object.keys(additions).filter((argument) => !(argument in options));
  if (unknown.length > 0) {
    throw new Error(
      `meta/pystol.yml of the role ${name} adds to ${unknown.join(", ")}, which meta/argument_specs.yml does not have.`,
    );
  }
  const spec = {
    ...(description === undefined ? {} : { description }),
    collection,
    role: name,
    phased: false,
    ...meta,
    arguments: merged(objectSchema(options), { properties: additions }),
  };
  return {
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolRole",
    metadata: { name, labels: { "app.kubernetes.io/part-of": "pystol" } },
    spec,
  };
}

/** The options of main. */
function optionsOf(
  specs: Readonly<Record<string, EntryPoint>>,
  { name, phased }: { name: string; phased: boolean },
): Readonly<Record<string, Option>> {
  const needed = phased ? ["main", "inject"] : ["main"];
  const missing = needed.filter((entryPoint) => !specs[entryPoint]);
  if (missing.length > 0) {
    throw new Error(
      `The role ${name} has no entry point ${missing.join(" and no ")} in meta/argument_specs.yml${phased ? ", but meta/pystol.yml says that it is phased" : ""}.`,
    );
  }
  const options = specs.main?.options ?? {};
  const other = phased && !isDeepStrictEqual(options, specs.inject?.options ?? {});
  if (other) {
    throw new Error(
      `The entry points main and inject of the role ${name} have different options; expected the same, because a phased role gets its arguments in inject.`,
    );
  }
  return options;
}

/** The names of the roles of the collection in `folder` that have a meta/pystol.yml. */
export async function rolesOf(folder: string): Promise<string[]> {
  const files = await readdir(join(folder, "roles"), { recursive: true });
  return files
    .filter((file) => file.endsWith("/meta/pystol.yml"))
    .map((file) => file.slice(0, -"/meta/pystol.yml".length))
    .sort();
}

/** The text of the PystolRole of a role of the collection in `folder`. */
export async function pystolRoleText(folder: string, name: string): Promise<string> {
  const read = async (file: string) => parse(await readFile(join(folder, file), "utf8"));
  const galaxy = await read("galaxy.yml");
  const role = pystolRoleFrom({
    name,
    collection: `${galaxy.namespace}.${galaxy.name}`,
    meta: await read(`roles/${name}/meta/pystol.yml`),
    specs: await read(`roles/${name}/meta/argument_specs.yml`),
  });
  const header = `# Generated from collection/roles/${name}/meta by "npm run generate". Do not edit.\n`;
  return header + stringify(role, { lineWidth: 0 });
}

function objectSchema(options: Readonly<Record<string, Option>>): Fields {
  const entries = Object.entries(options);
  const required = entries.filter(([, option]) => option.required).map(([name]) => name);
  return {
    type: "object",
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    properties: Object.fromEntries(entries.map(([name, option]) => [name, schemaOf(name, option)])),
  };
}

function schemaOf(name: string, option: Option): Fields {
  const { type = "str", description, choices, default: preset } = option;
  return {
    ...(description === undefined
      ? {}
      : { description: plainText([description].flat().join(" ")) }),
    ...typeOf(name, type, option),
    ...(choices && type !== "list" ? { enum: choices } : {}),
    ...(preset === undefined ? {} : { default: preset }),
  };
}

/** Without Ansible's markup: https://docs.ansible.com/ansible/latest/dev_guide/ansible_markup.html */
function plainText(text: string): string {
  return text.replace(/\b[BCIV]\(([^)]*)\)/g, "$1");
}

function typeOf(name: string, type: string, { options, elements, choices }: Option): Fields {
  if (type === "raw") return {};
  if (type === "dict") return options ? objectSchema(options) : { type: "object" };
  if (type === "list") {
    const item = {
      ...(elements ? typeOf(name, elements, options ? { options } : {}) : {}),
      // Of a list, Ansible compares each item with the choices.
      ...(choices ? { enum: choices } : {}),
    };
    return { type: "array", ...(Object.keys(item).length > 0 ? { items: item } : {}) };
  }
  const scalar = SCALARS[type];
  if (!scalar) {
    throw new Error(
      `The argument ${name} has the type ${type}; expected ${[...Object.keys(SCALARS), "list", "dict"].join(", ")} or raw.`,
    );
  }
  return { type: scalar };
}

/** Both, the second one's fields over the first one's, nested ones too. */
function merged(one: Fields, other: Fields): Fields {
  const entries = Object.entries(other).map(([key, value]) => {
    const known = one[key];
    return [key, isFields(known) && isFields(value) ? merged(known, value) : value];
  });
  return { ...one, ...Object.fromEntries(entries) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
