import { crashMatrix } from "./harness/crash-matrix.ts";

crashMatrix("plain");
