import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const SOURCES = "{action,client}/**/*.ts";
/** What of a message is long enough not to be there by chance. */
const TELLING = 8;
/** Thrown to end a wait within its own file, and caught there. */
const NEVER_SHOWN = ["it ended before its fault acted"];

const page = await readFile(join(root, "docs/action-messages.md"), "utf8");
const sources: [file: string, text: string][] = [["kubernetes/kubeconfig.ts", ""]];
for await (const file of glob(SOURCES, { cwd: root, exclude: (name) => name === "dist" })) {
  sources.push([file, ""]);
}
for (const source of sources) source[1] = await readFile(join(root, source[0]), "utf8");
const allSources = sources.map(([, text]) => text).join("\n");

/** The messages of the page, each as the parts between what varies. */
const messages = [...page.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, text = ""]) => text);
const partsOf = (message: string) =>
  message
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part.length >= TELLING);

test("every message that the page tells is in the sources", () => {
  expect(messages.length).toBeGreaterThan(90);
  const gone = messages.filter((message) =>
    partsOf(message).some((part) => !allSources.includes(part)),
  );
  expect(gone, "not in action/ or client/ any more").toEqual([]);
  const vague = messages.filter((message) => partsOf(message).length === 0);
  expect(vague, "too short to be found").toEqual([]);
});

test("every error that is thrown and every warning is on the page", () => {
  const opening = /(?:throw new Error|fail|\bwarn)\(\s*(`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\])*")/g;
  const told = [...messages.flatMap(partsOf), ...NEVER_SHOWN];
  const untold = sources.flatMap(([file, text]) =>
    [...text.matchAll(opening)]
      .map(([, literal = ""]) => literal.slice(1, -1))
      .filter((literal) => !told.some((part) => literal.includes(part)))
      .map((literal) => `${file}: ${literal}`),
  );
  expect(untold, "docs/action-messages.md does not say what these mean").toEqual([]);
});
