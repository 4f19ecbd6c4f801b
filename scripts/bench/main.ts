import { measureOperator } from "./measure-operator.ts";
import { parseOptions } from "./options.ts";

try {
  const argv = process.argv.slice(2);
  await measureOperator({ options: parseOptions(argv), argv, environment: process.env });
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
