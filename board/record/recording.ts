import type { BoardConfig } from "../config/config.ts";
import { ExplainedError } from "../explained-error.ts";
import { formOf, JsonFormError, parseJson } from "../schema/parse-json.ts";
import stateSchema from "../schema/state.schema.json" with { type: "json" };
import type { CollectedResults } from "../state/board-state.ts";

/** One address that was asked, without secrets, and what came of it. */
export interface Exchange {
  readonly address: string;
  readonly answer?: {
    readonly url: string;
    readonly httpStatus: number;
    readonly headers: Readonly<Record<string, string>>;
    /** As text where the body is UTF-8; else Base64. */
    readonly body: string;
    readonly isBase64?: boolean;
  };
  readonly problem?: {
    readonly reason: string;
    readonly isOfHost: boolean;
    readonly pausedUntil?: number;
  };
}

/** A collection, whole: replaying it needs nothing else. */
export interface Recording {
  readonly pystolRecording: 1;
  /** When it ended, ISO 8601: the time of every reading that a replay makes. */
  readonly recordedAt: string;
  readonly config: Omit<BoardConfig, "tokens" | "notify" | "results" | "allowPrivate">;
  /** Whether GitHub's API was asked. */
  readonly usesApi: boolean;
  readonly waiting: Readonly<Record<string, string>>;
  readonly exchanges: readonly Exchange[];
  readonly results: readonly CollectedResults[];
}

/** A file that is no recording; the message says what is wrong with it. */
export class RecordingError extends ExplainedError {
  override readonly name = "RecordingError";
}

const { properties, $defs } = stateSchema;
const { title, language, timeZone, staleAfterHours, everyMinutes, historyDays, site } = properties;
const { tvSeconds, groups, widgets, translations, waiting, results } = properties;

const TEXT = { type: "string" };
const isRecording = formOf<Recording>({
  $defs,
  type: "object",
  additionalProperties: false,
  required: [
    "pystolRecording",
    "recordedAt",
    "config",
    "usesApi",
    "waiting",
    "exchanges",
    "results",
  ],
  properties: {
    pystolRecording: { const: 1 },
    recordedAt: { $ref: "#/$defs/time" },
    usesApi: { type: "boolean" },
    waiting,
    results,
    config: {
      type: "object",
      additionalProperties: false,
      required: [
        ...["title", "language", "timeZone", "staleAfterHours", "everyMinutes", "historyDays"],
        ...["tvSeconds", "groups", "widgets", "translations", "github", "requestsPerHost"],
      ],
      properties: {
        ...{ title, language, timeZone, staleAfterHours, everyMinutes, historyDays, site },
        ...{ tvSeconds, groups, widgets, translations },
        requestsPerHost: { type: "integer", minimum: 1 },
        github: {
          type: "object",
          required: ["variable", "api"],
          properties: { variable: TEXT, api: { $ref: "#/$defs/address" } },
        },
      },
    },
    exchanges: {
      type: "array",
      items: {
        type: "object",
        required: ["address"],
        properties: {
          address: { $ref: "#/$defs/address" },
          answer: {
            type: "object",
            required: ["url", "httpStatus", "headers", "body"],
            properties: {
              url: { $ref: "#/$defs/address" },
              httpStatus: { type: "integer", minimum: 100, maximum: 999 },
              headers: { type: "object", additionalProperties: TEXT },
              body: TEXT,
              isBase64: { type: "boolean" },
            },
          },
          problem: {
            type: "object",
            required: ["reason", "isOfHost"],
            properties: {
              reason: TEXT,
              isOfHost: { type: "boolean" },
              pausedUntil: { type: "number" },
            },
          },
        },
      },
    },
  },
});

/** Reads a recording. Throws RecordingError. */
export function parseRecording(text: string, path: string): Recording {
  try {
    const recording = parseJson(text, isRecording);
    const wrong = wrongValues(recording)[0];
    if (wrong !== undefined) throw new JsonFormError(wrong);
    return recording;
  } catch (error) {
    if (!(error instanceof JsonFormError)) throw error;
    const advice = `Make one with "npm run board -- record FILE".`;
    throw new RecordingError(`${path} is no recording of a board: ${error.message}. ${advice}`, {
      cause: error,
    });
  }
}

/** What has the form of an address or time and is none. */
function wrongValues({ config, exchanges, recordedAt, waiting }: Recording): string[] {
  const badges = config.groups.flatMap((group) => group.badges);
  const addresses = [
    config.github.api,
    ...badges.flatMap(({ badge, twin = badge }) => [badge, twin]),
    ...exchanges.flatMap(({ address, answer }) => [address, answer?.url ?? address]),
  ];
  const times = [recordedAt, ...Object.values(waiting)];
  const pauses = exchanges.flatMap(({ problem }) => problem?.pausedUntil ?? []);
  return [
    ...addresses.filter((address) => !URL.canParse(address)).map(() => "an address is no URL"),
    ...times.filter((time) => Number.isNaN(Date.parse(time))).map(() => "a time does not exist"),
    ...pauses.filter((ms) => Number.isNaN(new Date(ms).getTime())).map(() => "a pause has no end"),
  ];
}
