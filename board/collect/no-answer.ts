/** No answer that could be read; the message is one sentence for the tile. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}
