import { measureAction } from "./measure-action.ts";
import { measureBoard } from "./measure-board.ts";
import { measureOperator } from "./measure-operator.ts";
import { parseOptions } from "./options.ts";

try {
  const argv = process.argv.slice(2);
  const asked = parseOptions(argv);
  if (asked.what === "action") await measureAction({ ...asked.options, argv });
  else if (asked.what === "board") await measureBoard({ ...asked.options, argv });
  else await measureOperator({ options: asked.options, argv, environment: process.env });
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
