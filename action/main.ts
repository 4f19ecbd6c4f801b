import { program } from "./program.ts";

void program("all");
