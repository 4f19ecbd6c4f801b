import { spawn } from "node:child_process";
import { once } from "node:events";

/** What must hold before a commit; each check with what mends it. */
const checks: { name: string; command: [string, ...string[]]; mend: string }[] = [
  { name: "types", command: ["tsc"], mend: "the types by hand" },
  {
    name: "lint and format",
    command: ["biome", "ci", "--error-on-warnings", "."],
    mend: "npm run fix",
  },
  { name: "dead code", command: ["knip"], mend: "the code by hand: delete what is not used" },
  {
    name: "generated files",
    command: ["node", "scripts/generate/main.ts", "--check"],
    mend: "npm run generate",
  },
  {
    name: "lock file",
    command: ["node", "scripts/lock/main.ts", "--check"],
    mend: "npm run lock",
  },
];

const failed: string[] = [];
for (const { name, command, mend } of checks) {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code === 0) console.log(`ok    ${name}`);
  else failed.push(`FAIL  ${name}: mend ${mend}`);
}
for (const line of failed) console.error(line);
process.exitCode = failed.length > 0 ? 1 : 0;
