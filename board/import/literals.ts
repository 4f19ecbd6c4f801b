import type { Expression, ObjectExpression, SpreadElement, TemplateLiteral } from "acorn";

/** A value that stands in a JavaScript file, with its line; "code" is what only running it could tell. */
export type Literal = { readonly line: number } & (
  | { readonly kind: "plain"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Literal[] }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Literal> }
  | { readonly kind: "code" }
);

/** Variables that were assigned a value before. */
export type Known = ReadonlyMap<string, Literal>;

/**
 * What an expression says without being run: literals, lists, objects, texts put together from literals and known variables.
 * Everything else (calls, conditions, getters) is "code". The tree needs its locations.
 */
export function literalOf(node: Expression | SpreadElement | null, known: Known): Literal {
  const line = node?.loc?.start.line ?? 1;
  switch (node?.type) {
    case "Literal":
      return isPlain(node.value) ? plain(node.value, line) : { kind: "code", line };
    case "ArrayExpression":
      return { kind: "list", line, items: node.elements.map((item) => literalOf(item, known)) };
    case "ObjectExpression":
      return { kind: "object", line, fields: fieldsOf(node, known) };
    case "TemplateLiteral":
      return fromTemplate(node, known, line);
    case "Identifier": {
      const value = known.get(node.name);
      return value === undefined ? { kind: "code", line } : { ...value, line };
    }
    case "ParenthesizedExpression":
      return literalOf(node.expression, known);
    case "UnaryExpression": {
      const of = literalOf(node.argument, known);
      const isNumber = of.kind === "plain" && typeof of.value === "number";
      return node.operator === "-" && isNumber
        ? plain(-Number(of.value), line)
        : { kind: "code", line };
    }
    case "BinaryExpression": {
      if (node.operator !== "+" || node.left.type === "PrivateIdentifier")
        return { kind: "code", line };
      return joined([literalOf(node.left, known), literalOf(node.right, known)], line);
    }
    default:
      return { kind: "code", line };
  }
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function plain(value: string | number | boolean | null, line: number): Literal {
  return { kind: "plain", value, line };
}

/** As in JavaScript, a later field of the same name wins. */
function fieldsOf(node: ObjectExpression, known: Known): ReadonlyMap<string, Literal> {
  const fields = new Map<string, Literal>();
  for (const property of node.properties) {
    const line = property.loc?.start.line ?? 1;
    if (property.type === "SpreadElement") {
      fields.set("...", { kind: "code", line });
      continue;
    }
    const { key, computed, kind, method, value } = property;
    const isCode = computed || kind !== "init" || method;
    const name =
      key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "";
    fields.set(
      computed ? "[...]" : name,
      isCode ? { kind: "code", line } : literalOf(value, known),
    );
  }
  return fields;
}

function fromTemplate(node: TemplateLiteral, known: Known, line: number): Literal {
  const parts = node.quasis.flatMap((quasi, at) => {
    const text = plain(quasi.value.cooked ?? "", line);
    const expression = node.expressions[at];
    return expression === undefined ? [text] : [text, literalOf(expression, known)];
  });
  return joined(parts, line);
}

/** Texts and numbers put together as text; adding up two numbers is left to those who run code. */
function joined(parts: readonly Literal[], line: number): Literal {
  const values = parts.map((part) => (part.kind === "plain" ? part.value : undefined));
  const isText = values.some((value) => typeof value === "string");
  const isKnown = values.every((value) => typeof value === "string" || typeof value === "number");
  return isText && isKnown ? plain(values.join(""), line) : { kind: "code", line };
}
