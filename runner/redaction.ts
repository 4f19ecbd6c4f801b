import type { Report } from "../crds/types/report.ts";
import { type Redactor, redactorOf } from "./redact.ts";

/** The one redactor of a run. It knows no secret until the Secrets are read, and whoever holds it need not wait for that. */
export class Redaction implements Redactor {
  #redactor: Redactor = redactorOf([]);

  use(secretValues: Iterable<string>): void {
    this.#redactor = redactorOf(secretValues);
  }

  text(text: string): string {
    return this.#redactor.text(text);
  }

  json(value: unknown): unknown {
    return this.#redactor.json(value);
  }

  isIn(value: unknown): boolean {
    return this.#redactor.isIn(value);
  }

  get longest(): number {
    return this.#redactor.longest;
  }

  /** The event without secrets; which event it is stays, and what its fields are called, whatever a secret may be. */
  event<T extends { event: string }>({ event, ...fields }: T): T {
    return { event, ...this.#values(fields) } as T;
  }

  #values<T extends object>(fields: T): T {
    // Masking keeps the shape.
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, this.json(value)]),
    ) as T;
  }

  /** The report without secrets in whatever came from the role. */
  report(report: Report): Report {
    const { message, targets, results } = report;
    return {
      ...report,
      message: this.text(message),
      ...(targets ? { targets: targets.map((target) => this.#values(target)) } : {}),
      ...(results ? { results: this.json(results) as NonNullable<Report["results"]> } : {}),
    };
  }
}
