import { globSync } from "node:fs";
import { join } from "node:path";
import type { Piece } from "../../../action/pieces.ts";

export const root = join(import.meta.dirname, "../../..");

/** Every page of the documentation, relative to the root. */
export const pages: readonly string[] = globSync(
  ["*.md", "docs/**/*.md", "collection/*.md", "test/cluster/*.md"],
  { cwd: root },
);

/** How a workflow names our action or one of its pieces. */
export const OURS =
  /^(?:\.\/(?:action(?:\/\w+)?)?|(?:OWNER\/REPO|pystol\/pystol)(?:\/action(?:\/\w+)?)?@v1)$/;

/** Which piece that is. @throws for none of ours. */
export function pieceOf(uses: string): Piece {
  const [, name = "all"] = /\/action\/(\w+)/.exec(uses) ?? [];
  if (["all", "setup", "run", "report"].includes(name)) return name as Piece;
  throw new Error(`${uses} names no piece of the action.`);
}
