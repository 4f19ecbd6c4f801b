/** No answer that could be read; the message is one sentence for the tile. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  /** The host that is the cause as a whole, because it cannot be reached or does not answer in time. */
  readonly ofHost: string | undefined;

  constructor(message: string, { ofHost, cause }: { ofHost?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.ofHost = ofHost;
  }
}
