import { measureAction } from "./measure-action.ts";
import { measureBoard } from "./measure-board.ts";
import { measureOperator } from "./measure-operator.ts";
import { parseOptions } from "./options.ts";

try {
  const argv = process.argv.slice(2);
  const { what, options } = parseOptions(argv);
  if (what === "action") await measureAction({ ...options, argv });
  else if (what === "board") await measureBoard({ ...options, argv });
  else await measureOperator({ options, argv, environment: process.env });
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
