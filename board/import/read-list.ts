import { type Expression, type Program, parse } from "acorn";
import { ConfigError } from "../config/problems.ts";
import { type Literal, literalOf } from "./literals.ts";

const NAME = "badges"; // what the original calls its list

/**
 * Finds the list of the original badgeboard in its `badges_list.js`, without running a line of it: the array named "badges", or
 * else the only array of objects that is assigned at the top. Throws ConfigError where the file is no JavaScript or has none.
 */
export function readList(source: string, path: string): readonly Literal[] {
  const program = parseScript(source, path);
  const known = new Map<string, Literal>();
  for (const [name, value] of assignments(program)) known.set(name, literalOf(value, known));
  const named = known.get(NAME);
  if (named?.kind === "list") return named.items;
  const lists = [...known.values()].filter((value) => value.kind === "list").filter(holdsObjects);
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only.items;
  const found = lists.length === 0 ? "no array of objects" : `${lists.length} arrays of objects`;
  throw new ConfigError(
    `Cannot import ${path}: it assigns ${found}, expected one named "${NAME}", as in "var ${NAME} = [{ … }];".`,
  );
}

function parseScript(source: string, path: string): Program {
  try {
    return parse(source, { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch (error) {
    // acorn says "not enough stack space" of what is nested too deeply.
    const reason = error instanceof SyntaxError ? error.message : String(error);
    throw new ConfigError(`Cannot import ${path}: it is not valid JavaScript: ${reason}.`, {
      cause: error,
    });
  }
}

/** What is assigned at the top of the file: variables, properties of globals, and the module's own export. */
function* assignments(program: Program): Generator<[string, Expression]> {
  for (const statement of program.body) {
    const declared =
      statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declared?.type === "VariableDeclaration") {
      for (const { id, init } of declared.declarations) {
        if (id.type === "Identifier" && init) yield [id.name, init];
      }
    } else if (statement.type === "ExpressionStatement") {
      const { expression } = statement;
      if (expression.type === "AssignmentExpression" && expression.operator === "=") {
        yield [nameOf(expression.left), expression.right];
      }
    } else if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      if (declaration.type === "ArrayExpression") yield ["default", declaration];
    }
  }
}

/** "badges" of `badges` and of `window.badges`. */
function nameOf(target: { readonly type: string }): string {
  const { name, property } = target as { name?: string; property?: { name?: string } };
  return name ?? property?.name ?? "";
}

function holdsObjects({ items }: { readonly items: readonly Literal[] }): boolean {
  return items.some(({ kind }) => kind === "object");
}
