import type { Step } from "./context.ts";
import type { Piece } from "./pieces.ts";
import { admit } from "./steps/admit.ts";
import { check } from "./steps/check.ts";
import { cluster } from "./steps/cluster.ts";
import { deploy } from "./steps/deploy.ts";
import { enable } from "./steps/enable.ts";
import { faults } from "./steps/faults.ts";
import { images } from "./steps/images.ts";
import { prepare } from "./steps/prepare.ts";

/** What each piece of the action does, in order. */
export const STEPS: Readonly<Record<Piece, readonly Step[]>> = {
  all: [check, cluster, images, deploy, enable, prepare, admit, faults],
  setup: [check, cluster, images, deploy, enable, prepare],
  run: [check, cluster, enable, admit, faults],
  report: [],
};
