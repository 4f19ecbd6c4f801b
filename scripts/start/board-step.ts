import { join } from "node:path";
import { buildBoard } from "../../board/build-board.ts";
import { collectBoard } from "../../board/collect/collect-board.ts";
import { startSampleBadges } from "../../board/sample/serve-sample.ts";
import { serveFolder } from "../../board/serve/serve-folder.ts";
import type { Session, Step } from "./session.ts";

const files = ({ out }: Session) => ({
  statePath: join(out, "state.json"),
  site: join(out, "site"),
});

/** Collects the sample badges, which are served on loopback meanwhile, and builds the board of them and the run's results. */
export const boardStep: Step = {
  title: "Build the board",
  run: async (session, progress) => {
    const { statePath, site } = files(session);
    await using sample = await startSampleBadges();
    const { badges, read } = await collectBoard({
      config: sample.config,
      statePath,
      isFirst: true,
    });
    progress(`${read} of ${badges} sample badges read`);
    const resultsPaths = [join(session.out, "results.json")];
    await buildBoard({ statePath, resultsPaths, outDir: site, now: Date.now() });
  },
};

/** Serves the board until the session is interrupted. */
export async function serveBoard(session: Session, write: (text: string) => void): Promise<void> {
  const { site } = files(session);
  const server = await serveFolder({ dir: site, port: session.options.port });
  write(`The board is at ${server.url} until Ctrl-C.\n`);
  try {
    if (session.signal.aborted) return;
    await new Promise((resolve) =>
      session.signal.addEventListener("abort", resolve, { once: true }),
    );
  } finally {
    await server.close();
  }
}
