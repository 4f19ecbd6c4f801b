import { crashMatrix } from "./harness/crash-matrix.ts";

crashMatrix("phased");
