import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";

export interface Access {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** Whether a GET of the path is answered with 200; false too while nothing listens there. */
export async function answersOk(path: string, access: Access): Promise<boolean> {
  const { server, ca, token } = access;
  // A new connection each time: the server that is asked next may be another one.
  const asked = request(new URL(path, server), {
    ca,
    agent: false,
    headers: { authorization: `Bearer ${token}` },
    timeout: 5_000,
  });
  asked.on("timeout", () => asked.destroy(new Error("timeout")));
  // Also one that comes after the answer, while its body is left unread.
  asked.on("error", () => undefined);
  asked.end();
  try {
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode === 200;
  } catch (error) {
    if (isCertificateProblem(error)) throw error;
    return false;
  }
}

/** Waiting would not help: these say that somebody else answers. */
function isCertificateProblem(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return code.startsWith("ERR_TLS_") || code.startsWith("CERT_") || code.includes("SELF_SIGNED");
}
