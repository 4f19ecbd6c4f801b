import pino from "pino";

/** Structured logs: the message is constant, what varies is in the fields, and the same thing has the same key everywhere. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * JSON lines on standard output: time, level, msg, and the fields, whose keys docs/decisions/observability.md lists. An `error`
 * becomes its message, and one that only a mistake of ours can make its stack.
 */
export function createLog(level: string): Log {
  const logger = pino({
    level,
    base: null,
    messageKey: "msg",
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: {
      error: (error: unknown) => {
        if (!(error instanceof Error)) return String(error);
        return MISTAKES.some((mistake) => error instanceof mistake) ? error.stack : error.message;
      },
    },
  });
  const write =
    (name: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: Record<string, unknown> = {}) =>
      logger[name](fields, message);
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
