import type { PystolAction } from "../../kubernetes/resources.ts";
import type { Log } from "../log.ts";
import { newsOf } from "../metrics/news.ts";
import type { Observer } from "../observer.ts";
import { eventOf, type Said, saidOf, saidOfLeft } from "./event.ts";
import type { EventWriter } from "./event-writer.ts";

/** What `observer` hears, and Events of it. `instance` is this process's name. */
export function withEvents(
  observer: Observer,
  { writer, instance, log }: { writer: EventWriter; instance: string; log: Log },
): Observer {
  const say = (action: Pick<PystolAction, "metadata">, said: Said) =>
    writer.add(eventOf(action, said, { instance, nowMs: Date.now() }));
  return {
    ...observer,
    applied: (step, world) => {
      observer.applied(step, world);
      try {
        const news = newsOf(step, world);
        if (news) for (const said of saidOf(news)) say(news.action, said);
        if (step.kind !== "releaseRun" || step.left.length === 0) return;
        const { namespace, name, uid } = step.run.spec.action;
        log.error("changes left", {
          ...{ action: `${namespace}/${name}`, uid, run: step.run.metadata.name },
          detail: step.left.join("; "),
        });
        say({ metadata: { namespace, name, uid } }, saidOfLeft(step.left));
      } catch (error) {
        log.error("event not made", { step: step.kind, error }); // never the work's problem
      }
    },
  };
}
