import { readFile, writeFile } from "node:fs/promises";
import { missingPlatforms } from "./platforms.ts";

const FILE = "package-lock.json";

// Completes package-lock.json after `npm install`; with --check it only says what is missing.
const lock = JSON.parse(await readFile(FILE, "utf8"));
const missing = missingPlatforms(lock.packages);
const names = Object.keys(missing);
if (names.length > 0 && process.argv.includes("--check")) {
  console.error(
    `${FILE} lacks ${names.length} packages of other platforms, for example ${names[0]}.`,
  );
  process.exitCode = 1;
} else if (names.length > 0) {
  const all = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${names.length} packages of other platforms to ${FILE}`);
}
