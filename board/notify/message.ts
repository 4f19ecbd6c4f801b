/** What is posted to a service. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A message that is JSON. */
export function jsonMessage(content: unknown): Message {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(content) };
}
