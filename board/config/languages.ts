import { existsSync, readdirSync } from "node:fs";

const FOLDER = new URL("../languages/", import.meta.url);

/** Tags of the languages that the pages can be in. */
export const LANGUAGES: readonly string[] = (existsSync(FOLDER) ? readdirSync(FOLDER) : ["en.json"])
  .map((name) => /^([a-z]{2,3}(?:-[A-Za-z0-9]+)*)\.json$/u.exec(name)?.[1])
  .filter((tag) => tag !== undefined)
  .toSorted();
