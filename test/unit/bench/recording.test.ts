import { describe, expect, it } from "vitest";
import { recordingOf } from "../../bench/record-writes.ts";
import { fill, pathOfWrite } from "../../bench/writes.ts";

const UID = "11111111-2222-3333-4444-555555555555";
const RUN_UID = "99999999-2222-3333-4444-555555555555";

function seen(method: string, path: string, body = "", answer = "{}") {
  const contentType = "application/json";
  return { method, url: new URL(path, "http://proxy"), contentType, body, answer };
}

describe("recordingOf", () => {
  const runs = "/apis/pystol.org/v1alpha1/namespaces/pystol-runs/pystolruns";
  const action = "/apis/pystol.org/v1alpha1/namespaces/bench/pystolactions/bench-recorded-action";
  const recording = recordingOf(
    [
      seen("GET", "/api/v1/namespaces"),
      seen("POST", runs, `{"metadata":{"name":"pa-${UID}"}}`, `{"metadata":{"uid":"${RUN_UID}"}}`),
      seen("GET", `${runs}/pa-${UID}`),
      seen(
        "PATCH",
        `${action}/status?fieldManager=pystol-operator&force=true`,
        '{"metadata":{"name":"bench-recorded-action","resourceVersion":"17"}}',
      ),
      seen(
        "POST",
        "/apis/batch/v1/namespaces/pystol-runs/jobs",
        `{"owner":"${RUN_UID}","of":"${UID}"}`,
      ),
      seen("POST", "/apis/batch/v1/namespaces/pystol-runs/jobs", '{"of":"somebody else"}'),
    ],
    UID,
  );

  it("takes what was asked for the one action, in order", () => {
    expect(recording.writes.map(({ method, resource }) => `${method} ${resource}`)).toEqual([
      "POST pystolruns",
      "PATCH pystolactions",
      "POST jobs",
    ]);
    expect(recording.reads).toEqual([`GET ${runs}/pa-{uid}`]);
  });

  it("marks what differs between actions", () => {
    expect(recording.writes[0]?.body).toEqual({ metadata: { name: "pa-{uid}" } });
    expect(recording.writes[1]).toMatchObject({
      ...{ namespace: "bench", name: "{name}", subresource: "status" },
      ...{ fieldManager: "pystol-operator", force: true },
      body: { metadata: { name: "{name}", resourceVersion: "{resourceVersion}" } },
    });
    expect(recording.writes[2]?.body).toEqual({ owner: "{runUid}", of: "{uid}" });
  });

  it("can be played for another action", () => {
    const marks = { uid: "u", name: "n", resourceVersion: "5", runUid: "r" };
    const [, status] = recording.writes;
    expect(status && pathOfWrite(status, marks)).toBe(
      "/apis/pystol.org/v1alpha1/namespaces/bench/pystolactions/n/status?fieldManager=pystol-operator&force=true",
    );
    expect(fill("{uid} {name} {resourceVersion} {runUid} {other}", marks)).toBe("u n 5 r {other}");
  });
});
