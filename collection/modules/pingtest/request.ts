import { ArgumentReader, isText } from "../ansible/arguments.ts";
import { type Endpoint, endpointFrom } from "./endpoint.ts";

export interface Bounds {
  allowedLossPercent: number;
  maxLatencyMs: number | undefined;
}

export interface PingRequest extends Bounds {
  endpoints: Endpoint[];
  attempts: number;
  intervalMs: number;
  timeoutMs: number;
  /** The HTTP status codes that count as an answer; without any, 200 to 399. */
  expectStatus: number[] | undefined;
}

/** @throws ArgumentError, or an Error that names the target that is no endpoint. */
export function pingRequestFrom(fields: Readonly<Record<string, unknown>>): PingRequest {
  const reader = new ArgumentReader(fields);
  const upToMinute = { minimum: 0, maximum: 60_000 };
  const request = {
    targets: reader.required("targets", reader.list("targets", "a URL", isText)),
    attempts: reader.number("attempts", { minimum: 1, maximum: 1000 }) ?? 5,
    intervalMs: reader.number("intervalMilliseconds", upToMinute) ?? 200,
    timeoutMs: reader.number("timeoutMilliseconds", { minimum: 1, maximum: 60_000 }) ?? 2000,
    allowedLossPercent:
      reader.number("allowedLossPercent", { minimum: 0, maximum: 100, whole: false }) ?? 0,
    maxLatencyMs: reader.number("maxLatencyMilliseconds", { ...upToMinute, whole: false }),
    expectStatus: reader.list("expectStatus", "a status code", isStatus),
  };
  reader.check();
  const { targets, ...rest } = request;
  if (targets.length === 0) throw new Error("targets is empty: there is nothing to ask.");
  return { ...rest, endpoints: targets.map(endpointFrom) };
}

function isStatus(item: unknown): item is number {
  return Number.isInteger(item) && (item as number) >= 100 && (item as number) <= 599;
}
