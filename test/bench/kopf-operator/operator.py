"""The same writes as kopf's documentation would have them: a creation handler that uses the official Python client."""

import json
import os
import re

import kopf
import kubernetes

with open(os.environ["BENCH_WRITES"], encoding="utf-8") as file:
    WRITES = json.load(file)

kubernetes.config.load_kube_config()
configuration = kubernetes.client.Configuration.get_default_copy()
configuration.connection_pool_maxsize = 32
client = kubernetes.client.ApiClient(configuration)


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_):
    settings.execution.max_workers = 32
    settings.posting.enabled = False
    settings.persistence.finalizer = "pystol.org/kopf"


@kopf.on.create("pystol.org", "v1alpha1", "pystolactions")
def create(meta, uid, name, **_):
    marks = {"uid": uid, "name": name, "resourceVersion": meta["resourceVersion"], "runUid": ""}
    for write in WRITES:
        answer = request(write, marks)
        if write["resource"] == "pystolruns" and answer:
            marks["runUid"] = answer["metadata"]["uid"]


def fill(value, marks):
    if isinstance(value, str):
        return re.sub(r"\{(uid|name|resourceVersion|runUid)\}", lambda found: marks[found[1]], value)
    if isinstance(value, list):
        return [fill(entry, marks) for entry in value]
    if isinstance(value, dict):
        return {key: fill(entry, marks) for key, entry in value.items()}
    return value


def request(write, marks):
    group, version = write["group"], write["version"]
    parts = [f"/apis/{group}/{version}" if group else f"/api/{version}"]
    if write["namespace"]:
        parts += ["namespaces", write["namespace"]]
    parts += [part for part in (write["resource"], fill(write["name"], marks), write["subresource"]) if part]
    query = []
    if write["fieldManager"]:
        query.append(("fieldManager", write["fieldManager"]))
    if write["force"]:
        query.append(("force", "true"))
    headers = {"Content-Type": write["contentType"], "Accept": "application/json"}
    prepared = client.param_serialize(
        write["method"],
        "/".join(parts),
        query_params=query,
        header_params=headers,
        body=fill(write["body"], marks),
        auth_settings=["BearerToken"],
    )
    response = client.call_api(*prepared)
    text = response.read()
    if response.status == 409:
        return None
    if response.status >= 300:
        raise kopf.TemporaryError(f"{write['method']} answered {response.status}: {text}", delay=1)
    return json.loads(text)
